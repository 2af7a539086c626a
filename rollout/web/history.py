"""An activity's history in sentences, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rollout.models import (
    Activity,
    ActivityState,
    ActivityTransition,
    Aspect,
    DateKind,
    Milestone,
    MilestoneState,
    MilestoneTransition,
    Outcome,
    ShiftedDate,
    User,
)
from rollout.templatetags.dates import short_day
from workflows.models import VersionedModel


class EntryKind(models.TextChoices):
    """What sort of thing happened."""

    STATE = "state", gettext_lazy("the activity's state")
    MILESTONE = "milestone", gettext_lazy("milestones")
    READINESS = "readiness", gettext_lazy("readiness")
    DECISION = "decision", gettext_lazy("decisions")
    DATES = "dates", gettext_lazy("dates that were moved")
    EVALUATION = "evaluation", gettext_lazy("evaluations")


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    text: str
    #: When; only the day where no time is known.
    at: datetime | None
    on: date
    kind: EntryKind
    #: Who did it, where that is known.
    person: User | None = None
    reason: str = ""
    #: What was missing and was overridden, in words.
    in_spite_of: tuple[str, ...] = ()


_ACTIVITY: dict[str, Callable[[], str]] = {
    "clarify": lambda: _("%(person)s put the activity in clarification"),
    "launch": lambda: _("%(person)s launched the activity"),
    "evaluate": lambda: _("%(person)s recorded the activity as evaluated"),
    "resume": lambda: _("%(person)s let the activity go on after the evaluation"),
    "postpone": lambda: _("%(person)s put the activity back to planned"),
    "adjust": lambda: _("%(person)s put the activity back in clarification"),
    "discontinue": lambda: _("%(person)s discontinued the activity"),
    "reinstate": lambda: _("%(person)s planned the activity again"),
    "adopt": lambda: _("The plan was loaded: the activity is %(state)s"),
}
_MILESTONE: dict[str, Callable[[], str]] = {
    "finish": lambda: _("%(person)s marked “%(milestone)s” as done"),
    "drop": lambda: _("%(person)s dropped “%(milestone)s”"),
    "reopen": lambda: _("%(person)s reopened “%(milestone)s”"),
    "adopt": lambda: _("The plan was loaded: “%(milestone)s” is %(state)s"),
}
_READINESS: dict[str, Callable[[], str]] = {
    Aspect.PLANNING: lambda: _("%(person)s confirmed the planning"),
    Aspect.FRAMEWORK: lambda: _("%(person)s confirmed the framework"),
    Aspect.PARTIES: lambda: _("%(person)s confirmed the parties"),
}
_OVERRIDDEN: dict[str, Callable[[], str]] = {
    "proposal_unconfirmed": lambda: _("the proposal was not confirmed"),
    "responsible_missing": lambda: _("nobody was responsible"),
    "readiness_planning": lambda: _("the planning was not ready"),
    "readiness_framework": lambda: _("the framework was not ready"),
    "readiness_parties": lambda: _("the parties were not ready"),
    "condition_blocks": lambda: _("a condition was not met"),
    "parent_discontinued": lambda: _("the whole was discontinued"),
    "milestone_open": lambda: _("a milestone was open"),
    "outside_programme": lambda: _("the date lay outside the programme"),
    "data_request_open": lambda: _("a value was not approved"),
    "predecessor_open": lambda: _("what comes before was open"),
}


def entries_of(activity: Activity) -> list[Entry]:
    """Tell what happened to the activity and its milestones, newest first."""
    entries = [
        *(activity_entry(record) for record in activity.history.all()),
        *_milestones(activity),
        *_readiness(activity),
        *_conditions(activity),
        *_shifts(activity),
        *_clocks(activity),
        *_evaluations(activity),
    ]
    midnight = time.min
    return sorted(
        entries,
        key=lambda one: (
            (one.on, timezone.localtime(one.at).time())
            if one.at
            else (one.on, midnight)
        ),
        reverse=True,
    )


def activity_entry(record: ActivityTransition) -> Entry:
    """Tell one transition of an activity."""
    text = _ACTIVITY[record.transition]() % {
        "person": record.by or _("Somebody"),
        "state": ActivityState(record.target).label,
    }
    return _entry(record, text, EntryKind.STATE)


def entries_since(obj: VersionedModel, *, version: int) -> list[Entry]:
    """Tell which transitions happened after ``version`` of the object was seen."""
    if isinstance(obj, Activity):
        changes = obj.history.filter(version__gt=version).select_related("by")
        return [activity_entry(record) for record in changes]
    if not isinstance(obj, Milestone):
        return []
    records = obj.history.filter(version__gt=version)
    return [
        milestone_entry(record) for record in records.select_related("by", "milestone")
    ]


def milestone_entry(record: MilestoneTransition) -> Entry:
    """Tell one transition of a milestone."""
    text = _MILESTONE[record.transition]() % {
        "person": record.by or _("Somebody"),
        "milestone": record.milestone.title,
        "state": MilestoneState(record.target).label,
    }
    return _entry(record, text, EntryKind.MILESTONE)


def _milestones(activity: Activity) -> Iterator[Entry]:
    records = MilestoneTransition.objects.filter(milestone__activity=activity)
    for record in records.select_related("by", "milestone"):
        yield milestone_entry(record)


def _entry(
    record: ActivityTransition | MilestoneTransition, text: str, kind: EntryKind
) -> Entry:
    codes = dict.fromkeys(record.overridden)
    return Entry(
        text=text,
        at=record.at,
        on=timezone.localdate(record.at),
        kind=kind,
        person=record.by,
        # An import gives its reason in the language of the program; the text says it.
        reason="" if record.transition == "adopt" else record.reason,
        in_spite_of=tuple(
            _OVERRIDDEN[code]() if code in _OVERRIDDEN else code for code in codes
        ),
    )


def _readiness(activity: Activity) -> Iterator[Entry]:
    for check in activity.readiness.all():
        if check.is_met and check.on:
            text = _READINESS[check.aspect]() % {"person": check.by or _("Somebody")}
            yield Entry(
                *(text, None, check.on, EntryKind.READINESS, check.by),
                reason=check.note,
            )


def _conditions(activity: Activity) -> Iterator[Entry]:
    for condition in activity.conditions.all():
        if condition.decided_on is None:
            continue
        if condition.outcome == Outcome.MET:
            text = _("“%(title)s” was met")
        else:
            text = _("“%(title)s” was decided against")
        words = text % {"title": condition.title}
        yield Entry(words, None, condition.decided_on, EntryKind.DECISION)


def _evaluations(activity: Activity) -> Iterator[Entry]:
    for one in activity.evaluations.all():
        if one.approved_on is None:
            continue
        text = _("%(person)s approved the evaluation: %(conclusion)s") % {
            "person": one.approved_by or _("Somebody"),
            "conclusion": one.get_conclusion_display(),
        }
        yield Entry(text, None, one.approved_on, EntryKind.EVALUATION, one.approved_by)


def _clocks(activity: Activity) -> Iterator[Entry]:
    moved = activity.stopped_clocks.exclude(new_due_on=None)
    for clock in moved.select_related("milestone", "data_request__indicator"):
        if clock.resumed_on is None or clock.paused_days is None:
            continue
        text = ngettext(
            "The clock stood still for %(days)s working day: “%(title)s” is due"
            " %(after)s instead of %(before)s",
            "The clock stood still for %(days)s working days: “%(title)s” is due"
            " %(after)s instead of %(before)s",
            clock.paused_days,
        )
        words = {
            "days": clock.paused_days,
            "title": clock,
            "before": short_day(clock.due_on),
            "after": short_day(clock.new_due_on),
        }
        yield Entry(text % words, None, clock.resumed_on, EntryKind.DATES)


def _shifts(activity: Activity) -> Iterator[Entry]:
    for moved in activity.shifted_dates.select_related("shift__by", "milestone"):
        yield shift_entry(moved)


def shift_entry(moved: ShiftedDate) -> Entry:
    """Tell that a date was moved, from where to where."""
    words = {
        "person": moved.shift.by,
        "name": moved.milestone or moved.phase or "",
        "before": short_day(moved.before),
        "after": short_day(moved.after),
    }
    if moved.kind == DateKind.LAUNCH and moved.before:
        text = _("%(person)s moved the planned launch from %(before)s to %(after)s")
    elif moved.kind == DateKind.LAUNCH:
        text = _("%(person)s planned the launch for %(after)s")
    elif moved.kind == DateKind.PHASE_START:
        text = _("%(person)s moved the beginning of “%(name)s” to %(after)s")
    elif moved.kind == DateKind.PHASE_END:
        text = _("%(person)s moved the end of “%(name)s” to %(after)s")
    elif moved.before:
        text = _("%(person)s moved “%(name)s” from %(before)s to %(after)s")
    else:
        text = _("%(person)s gave “%(name)s” the date %(after)s")
    at, by = moved.shift.at, moved.shift.by
    return Entry(
        *(text % words, at, timezone.localdate(at), EntryKind.DATES, by),
        reason=moved.shift.reason,
    )
