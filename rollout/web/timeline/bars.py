"""The stretches of time on the timeline: phases, states and quiet periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rollout.models import Activity, ActivityState, ClosingKind, ClosingPeriod, Phase
from rollout.templatetags.dates import short_day
from rollout.web.timeline.sheet import BAR_LANE, PHASE_LANE, Line, Sheet
from rollout.web.timeline.spans import Span, spans_of

#: A bar that is narrower, in percent, has no room for its name.
NAMED_FROM = 9.0


@dataclass(frozen=True)
class Bar:
    """A stretch of time."""

    x: float
    width: float
    y: float
    #: What it is, as the styles know it: a state, "phase" or "quiet".
    kind: str
    title: str
    #: What is written in it; empty where there is no room.
    label: str = ""
    #: Still to come, and so only planned.
    is_expected: bool = False
    #: Where something lies now that a proposal would move.
    is_ghost: bool = False


def bars_of(sheet: Sheet) -> list[Bar]:
    """Return the bars of all lines."""
    return [
        bar
        for line in sheet.lines
        for bar in (
            _state_bars(sheet, line, line.activity)
            if line.activity
            else _phase_bars(sheet, line)
        )
    ]


def quiet_bars(sheet: Sheet, periods: Iterable[ClosingPeriod]) -> list[Bar]:
    """Return the quiet periods, which go through all lines."""
    return [
        Bar(
            *sheet.stretch(one.starts_on, one.ends_on),
            y=0,
            kind="quiet",
            title=_from_to(
                _("Quiet period: %(name)s") % {"name": one.name},
                *(one.starts_on, one.ends_on),
            ),
        )
        for one in periods
        if one.kind == ClosingKind.QUIET and sheet.shows(one.starts_on, one.ends_on)
    ]


def _state_bars(sheet: Sheet, line: Line, activity: Activity) -> Iterator[Bar]:
    for span in spans_of(
        activity,
        launch=sheet.launch_of(activity),
        window=sheet.window_of(line.phase) if line.phase else None,
        until=sheet.programme.ends_on,
        today=sheet.today,
    ):
        if not sheet.shows(span.first, span.last):
            continue
        x, width = sheet.stretch(span.first, span.last)
        name = name_of(span)
        yield Bar(
            *(x, width, sheet.y(line, BAR_LANE), span.state.value),
            title=_from_to(name, span.first, span.last),
            label=name if width >= NAMED_FROM else "",
            is_expected=span.is_expected,
        )


def name_of(span: Span) -> str:
    """Return what a span is called, such as "launched" or "launched (expected)"."""
    if span.is_expected and span.state != ActivityState.PLANNED:
        return _("%(state)s (expected)") % {"state": span.state.label}
    return str(span.state.label)


def _phase_bars(sheet: Sheet, line: Line) -> Iterator[Bar]:
    phase: Phase | None = line.phase
    if phase is None:
        return
    now, then = (phase.starts_on, phase.ends_on), sheet.window_of(phase)
    for first, last in dict.fromkeys((now, then)):
        if sheet.shows(first, last):
            yield Bar(
                *sheet.stretch(first, last),
                y=sheet.y(line, PHASE_LANE),
                kind="phase",
                title=_from_to(phase.name, first, last),
                is_ghost=(first, last) != then,
            )


def _from_to(name: str, first: date, last: date) -> str:
    return _("%(name)s, from %(first)s to %(last)s") % {
        "name": name,
        "first": short_day(first),
        "last": short_day(last),
    }
