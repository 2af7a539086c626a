"""Writes calendars as iCalendar (RFC 5545): whole days, and as little as will do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from notifications.email import one_line
from notifications.feeds import Shown
from notifications.models import CalendarFeed, FeedScope
from rollout.models import DeadlineKind

#: Raised when the same events would be written differently.
FORM = 1
#: How often a calendar program should look.
LOOK_AGAIN = timedelta(hours=1)


def tag(feed: CalendarFeed, events: Iterable[Shown]) -> str:
    """Return the entity tag of a calendar, without writing it out."""
    seen = [str(FORM), settings.BASE_URL, feed.owner.language, str(feed)]
    for one in events:
        event = one.event
        seen.append(f"{event.key} {one.sequence} {one.is_cancelled} {event.changed_at}")
    return f'"{sha256("|".join(seen).encode()).hexdigest()[:32]}"'


def write(feed: CalendarFeed, events: Iterable[Shown]) -> bytes:
    """Return the calendar in its owner's language."""
    with override(feed.owner.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Rollout//Deadlines//DA")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        name = _name(feed)
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", LOOK_AGAIN, {"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        for one in events:
            calendar.add_component(_event(one))
        written: bytes = calendar.to_ical()
        return written


def _name(feed: CalendarFeed) -> str:
    if feed.scope == FeedScope.PERSON:
        return _("My deadlines in Rollout")
    return one_line(_("Deadlines: %(what)s") % {"what": feed})


def _event(one: Shown) -> Event:
    event = one.event
    title = one_line(event.title)
    if event.is_example:
        title = _("Example: %(title)s") % {"title": title}
    made = Event()
    made.add("uid", f"{event.key.replace(':', '-')}@{_host()}")
    made.add("sequence", one.sequence)
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    made.add("last-modified", event.changed_at.astimezone(UTC))
    made.add("dtstart", event.due_on)
    made.add("dtend", event.due_on + timedelta(days=1))
    made.add("summary", f"{title} ({one_line(event.about)})" if event.about else title)
    made.add("categories", [str(DeadlineKind(event.kind).label)])
    made.add("url", f"{settings.BASE_URL.rstrip('/')}{event.path}")
    made.add("status", _status(one))
    # A deadline takes nobody's time; the day stays free.
    made.add("transp", "TRANSPARENT")
    return made


def _status(one: Shown) -> str:
    if one.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if one.event.is_tentative else "CONFIRMED"


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
