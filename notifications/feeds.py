"""Calendars under secret addresses: who gets one, what stands in it, what has changed.

The content is the one view of all deadlines, as far as the owner may see it. Rows of
events exist beside it only to count changes and to remember what is cancelled; a round
of the engine compares them, since looking at a calendar may change nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from notifications import pulse
from notifications.models import CalendarEvent, CalendarFeed, FeedScope
from rollout.addresses import in_full
from rollout.models import (
    DataRequest,
    Deadline,
    DeadlineKind,
    Hold,
    Membership,
    Place,
    Programme,
    User,
)

#: What a secret weighs, in bytes.
SECRET_BYTES = 32
#: For how long a cancelled event is still shown, so that every program notices.
CANCELLED_STAYS = timedelta(days=60)
#: How old the comparison with the deadlines may grow; programs look once an hour.
REFRESH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Shown:
    """One event as the calendar says it now."""

    event: CalendarEvent
    sequence: int
    is_cancelled: bool


def create(
    owner: User,
    *,
    at: datetime,
    programme: Programme | None = None,
    place: Place | None = None,
) -> tuple[CalendarFeed, str]:
    """Make a calendar of a place, of a programme or of one's own deadlines.

    The second value is the secret of its address, shown once.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    scope = FeedScope.PERSON
    if place is not None:
        scope = FeedScope.PLACE
    elif programme is not None:
        scope = FeedScope.PROGRAMME
    feed = CalendarFeed.objects.create(
        owner=owner,
        scope=scope,
        programme=programme,
        place=place,
        digest=_digest(secret),
        created_at=at,
    )
    refresh_one(feed, now=at)
    return feed, secret


def revoke(feed: CalendarFeed, *, at: datetime) -> None:
    """Make the address worth nothing, now and for good."""
    CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=at)
    feed.events.all().delete()


def url_of(secret: str) -> str:
    """Return the address that is given to a calendar program."""
    return in_full(reverse("notifications:calendar", args=[secret]))


def find(secret: str) -> CalendarFeed | None:
    """Return the calendar with this secret, where its owner may still look at it."""
    feed = (
        CalendarFeed.objects.open()
        .filter(digest=_digest(secret))
        .select_related("owner", "programme", "place__programme")
        .first()
    )
    if feed is None or feed.bound_to is None:
        return feed
    visible = Programme.objects.visible_to(feed.owner)
    return feed if visible.filter(pk=feed.bound_to.pk).exists() else None


def _digest(secret: str) -> str:
    # The secret holds 256 random bits, so a plain fast hash is enough.
    return sha256(secret.encode()).hexdigest()


def deadlines_of(feed: CalendarFeed) -> Any:
    """Return the deadlines that belong into a calendar today."""
    rows = Deadline.objects.visible_to(feed.owner).exclude(hold=Hold.DISCONTINUED)
    if feed.scope == FeedScope.PROGRAMME:
        return rows.filter(programme=feed.programme)
    if feed.scope == FeedScope.PLACE:
        places = Place.objects.filter(
            Q(pk=feed.place_id)
            | Q(parent=feed.place_id)
            | Q(parent__parent=feed.place_id)
        )
        requests = DataRequest.objects.filter(place__in=places)
        return rows.filter(
            Q(activity__place__in=places)
            | Q(kind=DeadlineKind.DATA_REQUEST, object_id__in=requests.values("pk"))
        )
    partners = Membership.objects.filter(user=feed.owner, partner__isnull=False)
    return rows.filter(
        Q(responsible=feed.owner)
        | Q(responsible=None, partner__in=partners.values("partner"))
    )


def shown(feed: CalendarFeed) -> Iterator[Shown]:
    """Yield what the calendar says now, without writing anything.

    What the owner has just lost sight of is cancelled at once, and not only when the
    next round notices.
    """
    present = set(deadlines_of(feed).values_list("key", flat=True))
    for event in feed.events.all():
        if event.cancelled_at is not None:
            yield Shown(event, event.sequence, is_cancelled=True)
        elif event.key in present:
            yield Shown(event, event.sequence, is_cancelled=False)
        else:
            yield Shown(event, event.sequence + 1, is_cancelled=True)


def refresh(*, now: datetime) -> int:
    """Compare every calendar whose turn it is with the deadlines; count them."""
    before = now - REFRESH_EVERY
    due = CalendarFeed.objects.open().filter(
        Q(refreshed_at=None) | Q(refreshed_at__lte=before)
    )
    keys = list(due.order_by("refreshed_at").values_list("pk", flat=True))
    done = 0
    for key in keys:
        with transaction.atomic():
            # Another process is at it, or was, since the keys were read.
            feed = (
                due.filter(pk=key)
                .select_related("owner")
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if feed is not None:
                refresh_one(feed, now=now)
                done += 1
    pulse.beat(pulse.CALENDARS, now=now, counts={"refreshed": done})
    return done


def refresh_one(feed: CalendarFeed, *, now: datetime) -> None:
    """Compare one calendar with the deadlines: what is new, changed, cancelled, old."""
    rows = deadlines_of(feed).select_related("activity__initiative", "activity__place")
    wanted = {row.key: _content(row) for row in rows}
    known = {event.key: event for event in feed.events.all()}
    changed = [
        event
        for key, event in known.items()
        if _bring_up_to_date(event, wanted.get(key), now=now)
    ]
    fresh = [
        CalendarEvent(feed=feed, key=key, changed_at=now, **content)
        for key, content in wanted.items()
        if key not in known
    ]
    CalendarEvent.objects.bulk_create(fresh)
    CalendarEvent.objects.bulk_update(
        changed, [*_CONTENT, "sequence", "changed_at", "cancelled_at"], batch_size=500
    )
    feed.events.filter(cancelled_at__lt=now - CANCELLED_STAYS).delete()
    feed.refreshed_at = now
    feed.save(update_fields=["refreshed_at"])


#: What a reader sees of an event; each change of it counts.
_CONTENT = (
    "kind",
    "title",
    "about",
    "due_on",
    "path",
    "is_tentative",
    "is_example",
)


def _content(deadline: Deadline) -> dict[str, Any]:
    activity = deadline.activity
    path = activity.get_absolute_url() if activity else reverse("rollout:overview")
    if deadline.kind == DeadlineKind.MILESTONE:
        path += f"#milestone-{deadline.object_id}"
    return {
        "kind": deadline.kind,
        "title": deadline.title,
        "about": f"{activity.initiative.name}, {activity.place.name}"
        if activity
        else "",
        "due_on": deadline.due_on,
        "path": path,
        "is_tentative": deadline.hold != "",
        "is_example": deadline.is_example,
    }


def _bring_up_to_date(
    event: CalendarEvent, content: dict[str, Any] | None, *, now: datetime
) -> bool:
    """Change an event to what the deadline says; say whether anything was changed."""
    if content is None:
        if event.cancelled_at is not None:
            return False
        event.cancelled_at = now
    elif event.cancelled_at is None and all(
        getattr(event, name) == value for name, value in content.items()
    ):
        return False
    else:
        event.cancelled_at = None
        for name, value in content.items():
            setattr(event, name, value)
    event.sequence += 1
    event.changed_at = now
    return True
