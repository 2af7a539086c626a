"""Writes calendars as iCalendar (RFC 5545): whole days, and as little as will do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from notifications.email import one_line
from notifications.feeds import Shown
from notifications.items import Item
from notifications.models import CalendarFeed, FeedScope
from rollout.addresses import in_full
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
    made = _day(
        event.key,
        event.due_on,
        f"{title} ({one_line(event.about)})" if event.about else title,
        sequence=one.sequence,
        at=event.changed_at,
    )
    made.add("categories", [str(DeadlineKind(event.kind).label)])
    made.add("url", in_full(event.path))
    made.add("status", _status(one))
    return made


def _day(key: str, day: date, summary: str, *, sequence: int, at: datetime) -> Event:
    """Make the event of one deadline; it is the same one in mails and calendars."""
    made = Event()
    made.add("uid", f"{key.replace(':', '-')}@{_host()}")
    made.add("sequence", sequence)
    made.add("dtstamp", at.astimezone(UTC))
    made.add("last-modified", at.astimezone(UTC))
    made.add("dtstart", day)
    made.add("dtend", day + timedelta(days=1))
    made.add("summary", summary)
    # A deadline takes nobody's time; the day stays free.
    made.add("transp", "TRANSPARENT")
    return made


def attachment(items: Iterable[Item], *, now: datetime) -> bytes:
    """Return the coming due dates of a mail for its reader's calendar; empty: none.

    In the active language. The page of each is in it and no secret link: calendars
    are shared.
    """
    coming = [one for one in items if not one.is_overdue and not one.is_nudge]
    if not coming:
        return b""
    calendar = Calendar()
    calendar.add("prodid", "-//Rollout//Deadlines//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for item in coming:
        about = one_line(item.belongs_to)
        made = _day(
            item.key,
            item.due_on,
            f"{one_line(item.title)} ({about})",
            sequence=item.moves,
            at=now,
        )
        made.add("url", item.page_url)
        calendar.add_component(made)
    written: bytes = calendar.to_ical()
    return written


def _status(one: Shown) -> str:
    if one.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if one.event.is_tentative else "CONFIRMED"


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
