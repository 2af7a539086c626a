"""Takes a person's name and address out of everything that is kept, for good.

What they did stays: it is the programme's history. Who did it is then a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pgtrigger
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from rollout.models import (
    ApiToken,
    FocusArea,
    Initiative,
    Partner,
    Phase,
    Place,
    Programme,
    SavedView,
    User,
)
from rollout.scrubbing import (
    packed_files_that_name,
    replace_everywhere,
    rewrite_files,
)
from rollout.services.ground import Invalid
from rollout.services.leaving import close_account
from rollout.services.member import (
    NO_STAND_IN,
    let_go,
    open_responsibilities,
    require_a_manager,
)
from workflows import history
from workflows.engine import NotAllowed

#: A domain that never exists: whatever is sent there reaches nobody.
ERASED_DOMAIN = "erased.invalid"
#: Our packages; what others keep about a person goes with the account.
_OURS = ("rollout", "notifications", "workflows")
#: What has a name in a plan, which a shared mailbox may be called after.
_NAMED = (Programme, Partner, Place, Phase, FocusArea, Initiative)


@dataclass(frozen=True)
class Erased:
    """What was done, and what a person has to look at."""

    #: What the person is called from now on.
    name: str
    #: By table, how many rows named them.
    rows: dict[str, int]
    #: Records of history in whose reasons they were named.
    redacted: int
    #: Uploaded files that name them and are no text, below the folder of uploads.
    files: list[str]


def is_erased(person: User) -> bool:
    """Say whether somebody's name was taken out already."""
    return person.email.endswith(f"@{ERASED_DOMAIN}")


@transaction.atomic
def erase(person: User, *, by: User, at: datetime) -> Erased:
    """Close the account and put a number where the person's name and address stood.

    ``by`` is an instance administrator. Raises NotAllowed for others, and Invalid for
    who is erased already, for oneself, where something that is not finished lies with
    the person, where a programme would have no manager left, and where another person
    or a part of a plan has the same name.
    """
    if not (by.is_active and by.is_superuser):
        raise NotAllowed(_("You may not change this."))
    person = User.objects.select_for_update().get(pk=person.pk)
    _check(person, by)
    with override("da"):
        name = _("Former member %(number)d") % {"number": person.pk}
    words = {person.email: f"{person.pk}@{ERASED_DOMAIN}"}
    if _is_of_a_person(person):
        words[person.name] = name
    close_account(person, at=at)
    # By this they are called from here on, also where it is noted that they left.
    person.name = name
    _leave(person, by=by, at=at)
    _forget(person)
    User.objects.filter(pk=person.pk).update(name=name, email=words[person.email])
    # Neither freezing nor history stands against this.
    altered = history.altered_reasons()
    with pgtrigger.ignore():
        rows = replace_everywhere(words)
        redacted = history.mark_redacted(at=at, besides=altered)
    transaction.on_commit(partial(rewrite_files, words))
    return Erased(name, rows, redacted, packed_files_that_name(words))


def _check(person: User, by: User) -> None:
    if is_erased(person):
        raise Invalid(_("This person is erased already."))
    if person.pk == by.pk:
        raise Invalid(_("Nobody erases themselves; ask another administrator."))
    left = sum(open_responsibilities(person, one) for one in Programme.objects.all())
    if left:
        raise Invalid(
            ngettext(
                "%(count)d thing still lies with %(person)s. Hand it over first.",
                "%(count)d things still lie with %(person)s. Hand them over first.",
                left,
            )
            % {"count": left, "person": person}
        )
    if _is_of_a_person(person):
        _check_name(person)


def _check_name(person: User) -> None:
    """Raise Invalid where texts with the name may mean somebody or something else."""
    others = User.objects.exclude(pk=person.pk).filter(name__icontains=person.name)
    if others.exists():
        raise Invalid(
            _("Somebody else is called the same. Make the two names different first.")
        )
    for model in _NAMED:
        if model._base_manager.filter(name__icontains=person.name).exists():
            raise Invalid(
                _(
                    "A part of a plan is called the same (%(what)s). Give the account"
                    " another name first; of one word if it is nobody's own."
                )
                % {"what": model._meta.verbose_name}
            )


def _is_of_a_person(account: User) -> bool:
    """Say whether an account's name is one to look for in texts.

    A single word, as mailboxes are called, would be found where nobody is meant; that
    of a service account is a program's.
    """
    return " " in account.name.strip() and not account.is_service


def _leave(person: User, *, by: User, at: datetime) -> None:
    """End what the person is part of, and for whom they stand in."""
    for membership in person.memberships.select_related("programme"):
        let_go(membership, by=by, at=at)
        require_a_manager(membership.programme)
    User.objects.filter(stand_in=person).update(**NO_STAND_IN)


def _forget(person: User) -> None:
    """Delete what is the person's alone and tells nothing about a programme."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    ApiToken.objects.filter(user=person).delete()
    SavedView.objects.filter(user=person).delete()
    for model in apps.get_models():
        if model._meta.app_label in _OURS or model is LogEntry:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User:
                model._base_manager.filter(**{field.name: person}).delete()
    User.objects.filter(pk=person.pk).update(**NO_STAND_IN, last_login=None)
