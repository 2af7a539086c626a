"""Finds what a person may see by a few letters of its name, misspelt or not.

One query reads what the words are made of, and one more each kind of thing, whatever
there is to search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Concat, Length
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.models import (
    Activity,
    Initiative,
    Likeness,
    Milestone,
    Partner,
    Place,
    SavedView,
    Trigrams,
    User,
)

#: The share of the words' trigrams that a text must hold to be found at all.
LEAST = 0.4
#: What is less alike than this share of the best is not what was meant.
OF_THE_BEST = 0.7
#: Letters that are read; a longer text is no name.
LONGEST = 80


class Kind(models.TextChoices):
    """What can be found; of hits equally good and long the first kind comes first."""

    SAVED = "saved", _("saved view")
    INITIATIVE = "initiative", _("initiative")
    ACTIVITY = "activity", _("activity")
    PLACE = "place", _("place")
    PARTNER = "partner", _("partner")
    PERSON = "person", _("person")
    MILESTONE = "milestone", _("milestone")


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    kind: Kind
    name: str
    #: Where it belongs, such as the focus area of an initiative.
    about: str
    url: str
    #: From 0 to 1: how much of what was written it holds.
    likeness: float
    is_example: bool = False


@dataclass(frozen=True)
class Words:
    """What somebody wrote, as it is looked up."""

    #: Every trigram but the words' ends.
    trigrams: list[str]
    #: Those that few other words share, by which an index narrows the search.
    telling: list[str]


def find(text: str, *, user: User, limit: int = 20) -> list[Hit]:
    """Return what is most alike, at most ``limit`` of each kind, the best first."""
    words = _words(text)
    if not words.trigrams:
        return []
    found = [hit for kind in Kind for hit in _OF[kind](words, user, limit)]
    best = max((hit.likeness for hit in found), default=0)
    order = list(Kind)
    return sorted(
        (hit for hit in found if hit.likeness >= best * OF_THE_BEST),
        key=lambda hit: (-hit.likeness, len(hit.name), order.index(hit.kind), hit.name),
    )


def _words(text: str) -> Words:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rollout_trigrams(%s)", [text[:LONGEST].replace("\0", "")]
        )
        (found,) = cursor.fetchone()
    # Danish puts words together: what somebody wrote may only begin the word.
    begun = [one for one in found if not one.endswith(" ")] or found
    telling = [one for one in begun if not one.startswith("  ")]
    return Words(begun, telling or begun)


def _joined(first: str, second: str) -> Concat:
    return Concat(first, Value(" "), second, output_field=models.TextField())


def _best(
    rows: models.QuerySet[Any, Any], name: Any, words: Words, limit: int
) -> models.QuerySet[Any, Any]:
    found: models.QuerySet[Any, Any] = (
        rows.annotate(likeness=Likeness(name, words.trigrams))
        .filter(likeness__gte=LEAST)
        .order_by("-likeness", Length(name), "pk")[:limit]
    )
    return found


def _saved(words: Words, user: User, limit: int) -> Sequence[Hit]:
    rows = _best(SavedView.objects.visible_to(user), F("name"), words, limit)
    return [Hit(Kind.SAVED, one.name, "", one.address, one.likeness) for one in rows]


def _initiatives(words: Words, user: User, limit: int) -> Sequence[Hit]:
    visible = Initiative.objects.visible_to(user).select_related("focus_area")
    rows = _best(visible, F("name"), words, limit)
    return [
        Hit(
            Kind.INITIATIVE,
            one.name,
            one.focus_area.name,
            one.get_absolute_url(),
            one.likeness,
        )
        for one in rows
    ]


def _activities(words: Words, user: User, limit: int) -> Sequence[Hit]:
    visible = Activity.objects.visible_to(user).select_related("initiative", "place")
    both = _joined("initiative__name", "place__name")
    return [
        Hit(
            Kind.ACTIVITY,
            str(one),
            gettext("proposal") if one.is_proposal else str(one.get_state_display()),
            one.get_absolute_url(),
            one.likeness,
        )
        for one in _best(visible, both, words, limit)
    ]


def _places(words: Words, user: User, limit: int) -> Sequence[Hit]:
    rows = _best(Place.objects.visible_to(user), F("name"), words, limit)
    return [
        Hit(
            Kind.PLACE,
            one.name,
            str(one.get_kind_display()),
            one.get_absolute_url(),
            one.likeness,
        )
        for one in rows
    ]


def _partners(words: Words, user: User, limit: int) -> Sequence[Hit]:
    both = _joined("name", "code")
    return [
        Hit(
            Kind.PARTNER,
            one.name,
            str(one.get_kind_display()),
            one.get_absolute_url(),
            one.likeness,
        )
        for one in _best(Partner.objects.open_to(user), both, words, limit)
    ]


def _people(words: Words, user: User, limit: int) -> Sequence[Hit]:
    people = User.objects.open_to(user).filter(is_active=True)
    both = _joined("name", "email")
    return [
        Hit(
            Kind.PERSON,
            one.name,
            one.email,
            one.get_absolute_url(),
            one.likeness,
            is_example=one.is_example,
        )
        for one in _best(people, both, words, limit)
    ]


def _milestones(words: Words, user: User, limit: int) -> Sequence[Hit]:
    rows = (
        Milestone.objects.visible_to(user)
        .alias(trigrams=Trigrams("title"))
        .filter(trigrams__overlap=words.telling)
        .select_related("activity__initiative", "activity__place")
    )
    return [
        Hit(
            Kind.MILESTONE,
            one.title,
            str(one.activity),
            one.get_absolute_url(),
            one.likeness,
            is_example=one.is_example,
        )
        for one in _best(rows, F("title"), words, limit)
    ]


_OF = {
    Kind.SAVED: _saved,
    Kind.INITIATIVE: _initiatives,
    Kind.ACTIVITY: _activities,
    Kind.PLACE: _places,
    Kind.PARTNER: _partners,
    Kind.PERSON: _people,
    Kind.MILESTONE: _milestones,
}
