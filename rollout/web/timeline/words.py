"""How the timeline says what would move, why, and what that runs into."""

from __future__ import annotations

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import DateKind
from rollout.services.shifting import (
    Cause,
    Change,
    Clash,
    Dated,
    Difference,
    ShiftRequest,
)
from rollout.templatetags.dates import day as in_full
from rollout.templatetags.dates import short_day


def what_if(name: str, asked: ShiftRequest) -> str:
    """Ask what if, such as "What if “Phase 1” moves 15 working days later?"."""
    if asked.to is not None:
        text = _("What if “%(name)s” moves to %(date)s?")
    elif asked.days >= 0:
        text = ngettext(
            "What if “%(name)s” moves %(count)s working day later?",
            "What if “%(name)s” moves %(count)s working days later?",
            asked.days,
        )
    else:
        text = ngettext(
            "What if “%(name)s” moves %(count)s working day earlier?",
            "What if “%(name)s” moves %(count)s working days earlier?",
            -asked.days,
        )
    return text % {"name": name, "date": in_full(asked.to), "count": abs(asked.days)}


def what_of(dated: Dated) -> str:
    """Name a date: a milestone by its title, any other by what it is and whose."""
    if dated.key.kind == DateKind.MILESTONE:
        return dated.title
    kind = capfirst(str(DateKind(dated.key.kind).label))
    return f"{kind}: {dated.title}" if dated.activity_id is None else kind


def why(change: Change) -> str:
    """Say why a date moves."""
    if change.because is None:
        return ""
    if change.cause == Cause.WAITS:
        text = _("the launch waits for “%(title)s”")
    else:
        text = _("comes after “%(title)s”")
    return text % {"title": change.because.title}


def clash_of(clash: Clash) -> str:
    """Say what a new date falls on, and which day would be better."""
    text = {
        "quiet": _("“%(what)s” falls into the quiet period %(name)s"),
        "weekend": _("“%(what)s” falls on a weekend, %(date)s"),
    }.get(clash.kind, _("“%(what)s” falls on %(name)s, %(date)s"))
    return _("%(clash)s; the first working day after it is %(better)s") % {
        "clash": text
        % {
            "what": what_of(clash.change.dated),
            "name": clash.name,
            "date": short_day(clash.change.after),
        },
        "better": short_day(clash.better),
    }


def stays(dated: Dated) -> str:
    """Say why a date stays where it is although its whole moves."""
    if dated.stays == "done":
        return _("done")
    if dated.stays == "launched":
        return _("the activity is launched")
    if dated.stays == "discontinued":
        return _("the activity is discontinued")
    return _("no date")


def difference_of(difference: Difference) -> str:
    """Say what is no longer as somebody saw it."""
    now, seen = difference.now, difference.seen
    if now is None:
        return _("A date that would have moved is no longer there.")
    text = {
        "moved": _("“%(what)s”: %(seen)s has meanwhile become %(now)s."),
        "stays": _("“%(what)s” would no longer move."),
        "joins": _("“%(what)s” would now move, too."),
        "target": _("“%(what)s” would now move to another date."),
    }.get(difference.code, _("“%(what)s” was changed."))
    return text % {
        "what": what_of(now),
        "seen": _date(seen.before if seen else None),
        "now": _date(now.day),
    }


def _date(day: date | None) -> str:
    return short_day(day) or _("no date")
