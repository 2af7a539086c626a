"""Says dates, numbers and reasons the way people say them, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import (
    gettext_lazy,
    ngettext,
    pgettext,
    pgettext_lazy,
)

from notifications.models import DayOff, PutOff
from rollout.models import (
    Activity,
    DeadlineKind,
    Hold,
    Nudge,
    PlaceKind,
    holidays_in,
)

if TYPE_CHECKING:
    from notifications.models import Reminder
    from notifications.rehearsal import Step
    from notifications.reminders import Coming

_NUMBERS = (
    pgettext_lazy("number", "no"),
    pgettext_lazy("number", "one"),
    pgettext_lazy("number", "two"),
    pgettext_lazy("number", "three"),
    pgettext_lazy("number", "four"),
    pgettext_lazy("number", "five"),
    pgettext_lazy("number", "six"),
    pgettext_lazy("number", "seven"),
    pgettext_lazy("number", "eight"),
    pgettext_lazy("number", "nine"),
    pgettext_lazy("number", "ten"),
    pgettext_lazy("number", "eleven"),
    pgettext_lazy("number", "twelve"),
)

#: What falls due, as one names it in a sentence.
THING: dict[str, Any] = {
    DeadlineKind.MILESTONE: gettext_lazy("the milestone"),
    DeadlineKind.DATA_REQUEST: gettext_lazy("the number"),
    DeadlineKind.MONITORING: gettext_lazy("the monitoring"),
    DeadlineKind.EVALUATION: gettext_lazy("the evaluation"),
    DeadlineKind.ACCOUNTS: gettext_lazy("the accounts"),
    DeadlineKind.STATUS: gettext_lazy("the status report"),
    DeadlineKind.CONDITION: gettext_lazy("the decision"),
    DeadlineKind.GRANT: gettext_lazy("the grant"),
    Nudge.NO_MILESTONE: gettext_lazy("the activity"),
    Nudge.UNTOUCHED: gettext_lazy("the activity"),
}

_REASONS = {
    Hold.PROPOSAL: gettext_lazy("the activity is only a proposal"),
    Hold.PLANNED: gettext_lazy("the activity is only planned"),
    Hold.DISCONTINUED: gettext_lazy("the activity is discontinued"),
    Hold.EXPECTED: gettext_lazy("it is not agreed with Landsbyggefonden"),
    Hold.STOPPED: gettext_lazy(
        "the activity is back in clarification, and its clock stands still"
    ),
    "answered": gettext_lazy("the answer waits for the coordinator"),
    "nobody": gettext_lazy("there is nobody to tell"),
    "unsubscribed": gettext_lazy("the person only wants what has to be sent"),
    "finished": gettext_lazy("it is finished"),
    "later_step": gettext_lazy("a later reminder took its place"),
    "other_recipient": gettext_lazy("somebody else is told"),
    "handed_over": gettext_lazy("it was handed over to somebody else"),
    "dropped": gettext_lazy("it was dropped"),
    "delivered": gettext_lazy("it has been delivered"),
    "decided": gettext_lazy("it has been decided"),
    "undated": gettext_lazy("it has no date any more"),
    "removed": gettext_lazy("it was removed"),
    "ahead": gettext_lazy("a milestone lies ahead again"),
    "not_under_way": gettext_lazy("the activity is not under way any more"),
    "touched": gettext_lazy("somebody has worked on it since"),
    "ladder": gettext_lazy("the ladder was changed"),
    "calendar": gettext_lazy("the calendar was changed"),
    "unannounced": gettext_lazy("it has to be announced first"),
}


def number(n: int) -> str:
    """Say a small number as a word, a large one in digits."""
    return str(_NUMBERS[n]) if n < len(_NUMBERS) else str(n)


def day(value: date, *, on: date) -> str:
    """Say a day as “Wednesday 15 April”, with the year where it is not this year's."""
    if value.year == on.year:
        pattern = pgettext("format of a day in a sentence", "l j F")
    else:
        pattern = pgettext("format of a day in a sentence", "l j F Y")
    return dateformat.format(value, pattern)


def moment(value: datetime) -> dict[str, str]:
    """Return ``day`` and ``time`` of a moment, in local words, for a sentence."""
    local = timezone.localtime(value)
    return {
        "day": day(local.date(), on=local.date()),
        "time": local.strftime(pgettext("format of a time", "%H:%M")),
    }


def week(value: date) -> str:
    """Say the ISO week, as “week 16”."""
    return _("week %(number)s") % {"number": value.isocalendar().week}


def day_and_week(value: date, *, on: date) -> str:
    """Say a day with its week: “Wednesday 15 April (week 16)”."""
    return f"{day(value, on=on)} ({week(value)})"


def period(first: date, last: date) -> str:
    """Say a period as “1 January–30 June 2026”."""
    pattern = pgettext("format of a day in a period", "j F")
    if first.year != last.year:
        pattern = pgettext("format of a day in a period", "j F Y")
    whole = pgettext("format of a day in a period", "j F Y")
    return f"{dateformat.format(first, pattern)}–{dateformat.format(last, whole)}"


def listed(names: Iterable[str]) -> str:
    """Say several as “one, two and three”."""
    *others, last = names
    if not others:
        return last
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last}


def when(due_on: date, *, on: date, working_days: int) -> str:
    """Begin a sentence about a coming day: “In five working days”, “Today”."""
    if due_on == on:
        return _("Today")
    if (due_on - on).days == 1:
        return _("Tomorrow")
    if working_days < 1:
        said = _("On %(day)s") % {"day": day(due_on, on=on)}
        return said[:1].upper() + said[1:]
    return ngettext(
        "In %(number)s working day", "In %(number)s working days", working_days
    ) % {"number": number(working_days)}


def since(working_days: int) -> str:
    """Say how long ago a passed day is: “five working days ago”; empty for none."""
    if working_days < 1:
        return ""
    return ngettext(
        "%(number)s working day ago", "%(number)s working days ago", working_days
    ) % {"number": number(working_days)}


def in_place(activity: Activity) -> str:
    """Say an activity as “Fritidsjobforløb in Vildtbanegård I”."""
    initiative, place = str(activity.initiative), str(activity.place)
    if place.lower() in initiative.lower():
        return initiative
    words = {"initiative": initiative, "place": place}
    if activity.place.kind == PlaceKind.SCHOOL:
        return pgettext("at a school", "%(initiative)s at %(place)s") % words
    return pgettext("in a housing area", "%(initiative)s in %(place)s") % words


def reason(code: str, params: dict[str, str], *, on: date) -> str:
    """Say why a reminder was held, called off or passed over; empty for no code."""
    if code == "moved":
        new = date.fromisoformat(params["due_on"])
        return _("the date was moved to %(day)s") % {"day": day(new, on=on)}
    if code == "handed_over" and "from" in params:
        return _("it was handed over from %(from)s to %(to)s") % params
    if code == "paused":
        last = date.fromisoformat(params["until"])
        return _("paused until %(day)s") % {"day": day(last, on=on)}
    return str(_REASONS.get(code, code))


def moved(reminder: Reminder | Coming | Step, *, on: date) -> str:
    """Say from which day a reminder was moved; empty where it was not."""
    if reminder.moved_from is None:
        return ""
    said = day(reminder.moved_from, on=on)
    if reminder.moved_off == PutOff.NOTICE:
        return _("moved from %(day)s, so that it is announced first") % {"day": said}
    if reminder.moved_off == PutOff.DIGEST:
        return _("moved from %(day)s into the mail of that week") % {"day": said}
    if reminder.moved_off == PutOff.PAUSED:
        return _("waited from %(day)s until the pause was over") % {"day": said}
    if reminder.moved_off == DayOff.QUIET:
        return _("moved out of the quiet period “%(name)s”") % {
            "name": reminder.moved_name
        }
    if reminder.moved_off == DayOff.HOLIDAY:
        return _("moved from %(name)s, %(day)s") % {
            "name": _holiday(reminder.moved_from),
            "day": said,
        }
    if reminder.moved_off == DayOff.CLOSED:
        return _("moved from %(day)s (%(name)s)") % {
            "name": reminder.moved_name,
            "day": said,
        }
    return _("moved from %(day)s") % {"day": said}


def _holiday(value: date) -> str:
    return holidays_in(value.year).get(value, "")
