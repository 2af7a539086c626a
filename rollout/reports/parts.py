"""The parts that reports are put together from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout.figures import IndicatorFigures, Light
from rollout.figures.chart import chart_of
from rollout.figures.words import about, title_of, told_shown, told_value
from rollout.models import (
    Activity,
    ActivityState,
    Evaluation,
    FocusArea,
    Meeting,
    Milestone,
    MilestoneState,
    Place,
)
from rollout.reports.content import Block, Drawing, Heading, Sheet, Text
from rollout.reports.reading import Source
from rollout.status import FocusAreaStatus, InitiativeStatus
from rollout.templatetags.dates import age, day, short_day
from rollout.templatetags.numbers import number

#: How many reasons are told of one activity.
REASONS = 3


def unconfirmed() -> Text:
    """Say that the receiver's own form was not found."""
    return Text(
        _(
            "This is a template to be confirmed: the present form of"
            " Landsbyggefonden was not found. Check with Landsbyggefonden before you"
            " hand it in."
        ),
        is_notice=True,
    )


def examples(source: Source) -> Iterator[Block]:
    """Say where something in the report is invented."""
    if source.has_examples:
        told = _("Contains example data: people, dates and figures are invented.")
        yield Text(told, is_notice=True)


def cover(source: Source) -> Iterator[Block]:
    """Yield what the manager wrote at the beginning."""
    if source.report.cover.strip():
        yield Heading(_("Introduction"))
        yield Text(source.report.cover)


def focus_areas(source: Source) -> Iterator[Block]:
    """Yield each focus area's summary, with the light of its indicators."""
    yield Heading(_("Summary by focus area"))
    for area in source.status.focus_areas:
        own = _figures_in(source, area.focus_area)
        yield Heading(area.focus_area.name, 2)
        counts = area.counts
        yield Text(
            _("%(launched)d of %(total)d activities are launched. %(lights)s.")
            % {
                "lights": _lights(own),
                "launched": counts.launched,
                "total": counts.total - counts.by_state[ActivityState.DISCONTINUED],
            }
        )
        written = str(source.report.summaries.get(area.focus_area.code, "")).strip()
        if written:
            yield Text(written)


def _lights(figures: Sequence[IndicatorFigures]) -> str:
    """Count indicators by their light, such as "Indicators: 1 on course"."""
    lights = [one.verdict.light for one in figures]
    told = [
        f"{lights.count(light)} {light.label}" for light in Light if light in lights
    ]
    return _("Indicators: %(lights)s") % {"lights": ", ".join(told) or _("none")}


def matrix(source: Source) -> Iterator[Block]:
    """Yield the initiatives across the places, each cell in words."""
    places = _places(source)
    if not places:
        return
    yield Heading(_("Initiatives and places"))
    rows = [
        (_name(row), *(_state_in(row, place) for place in places))
        for area in source.status.focus_areas
        for row in area.initiatives
        if row.cells
    ]
    columns = [_("Initiative"), *(place.name for place in places)]
    yield Sheet(
        *(_("Where each initiative is in each place"), columns, rows),
        widths=[3, *([2] * len(places))],
    )


def objectives(source: Source) -> Iterator[Block]:
    """Yield every objective with its indicators: verdict, drawing and figures."""
    yield Heading(_("Objectives"))
    for area in source.status.focus_areas:
        own = _figures_in(source, area.focus_area)
        if not own:
            continue
        yield Heading(area.focus_area.name, 2)
        seen = None
        for figures in own:
            if figures.indicator.objective_id != seen:
                seen = figures.indicator.objective_id
                yield Heading(figures.indicator.objective.text, 3)
            yield from _indicator(figures)


def _indicator(figures: IndicatorFigures) -> Iterator[Block]:
    verdict = figures.verdict
    light = capfirst(str(verdict.light.label))
    yield Text(f"{title_of(figures)}. {light}: {verdict.reason}")
    if not figures.series:
        return
    drawn = str(chart_of(figures, key=f"r{figures.indicator.pk}"))
    yield Drawing(title_of(figures), drawn, about(figures))
    rows = [
        (
            *(one.name, f"{one.newest.period}, {one.age}", told_value(one.newest)),
            told_value(one.before) if one.before else "–",
            capfirst(str(one.verdict.light.label)),
        )
        for one in figures.series
    ]
    columns = [_("Where"), _("Period"), _("Value"), _("Before"), _("Light")]
    yield Sheet(title_of(figures), columns, rows, widths=[3, 2, 2, 2, 2])


def target_achievement(source: Source) -> Iterator[Block]:
    """Yield one table of all indicators: baseline, newest value, and how it stands."""
    yield Heading(_("Target achievement"))
    rows = []
    for figures in source.figures:
        one = figures.indicator
        first = figures.series[0] if figures.series else None
        rows.append(
            (
                *(one.objective.text, title_of(figures)),
                told_shown(figures.baseline) or "–",
                _newest_values(figures) or "–",
                f"{first.newest.period}, {first.age}" if first else "–",
                capfirst(str(figures.verdict.light.label)),
                figures.verdict.reason,
            )
        )
    columns = [
        *(_("Objective"), _("Indicator"), _("Baseline"), _("Value"), _("Period")),
        *(_("Light"), _("Why")),
    ]
    title = _("Every objective and how it is measured")
    yield Sheet(title, columns, rows, widths=[4, 4, 2, 3, 2, 2, 4])


def _newest_values(figures: IndicatorFigures) -> str:
    if len(figures.series) == 1:
        return told_value(figures.series[0].newest)
    return "; ".join(f"{one.name}: {told_value(one.newest)}" for one in figures.series)


def attained(source: Source, evaluation: Evaluation) -> Iterator[Block]:
    """Yield the values that an evaluation rests on, against what they were to be."""
    told = {True: _("met"), False: _("not met"), None: "–"}
    rows = [
        (
            f"{one.name}, {one.period}, {age(one.period_end, source.on)}",
            *(one.value, one.target or "–", told[one.is_met]),
        )
        for one in source.attained[evaluation.pk]
    ]
    if rows:
        columns = [_("Indicator"), _("Value"), _("Target"), _("Met?")]
        title = _("Values against targets: %(activity)s")
        said = {"activity": evaluation.activity}
        yield Sheet(title % said, columns, rows, widths=[4, 2, 3, 2])


def contributions(source: Source) -> Iterator[Block]:
    """Yield what partners promised to put in, and how much they have delivered."""
    if not source.contributions:
        return
    yield Heading(_("Contributions"))
    rows = [
        (
            str(one.partner),
            f"{one.title} ({one.get_kind_display()})",
            str(one.activity or _("The whole programme")),
            f"{short_day(one.starts_on)} – {short_day(one.ends_on)}",
            number(one.promised),
            number(one.delivered),
        )
        for one in source.contributions
    ]
    columns = [
        *(_("Partner"), _("What is contributed"), _("Activity"), _("When")),
        *(_("Promised"), _("Delivered")),
    ]
    title = _("What partners promised and delivered")
    yield Sheet(title, columns, rows, widths=[3, 3, 3, 3, 2, 2])


def deviations(source: Source) -> Iterator[Block]:
    """Yield what is not as planned, and why."""
    yield Heading(_("Deviations and their causes"))
    rows = [*_setbacks(source), *_blocked(source), *_late(source), *_moved(source)]
    if not rows:
        yield Text(_("Nothing deviates from the plan."))
        return
    columns = [_("What"), _("Deviation"), _("Cause"), _("Who can act")]
    yield Sheet(_("What is not as planned"), columns, rows, widths=[3, 2, 4, 2])


def _setbacks(source: Source) -> Iterator[Sequence[str]]:
    for one in source.setbacks:
        said = {"state": ActivityState(one.target).label, "day": short_day(one.at)}
        step = _("Back to %(state)s on %(day)s") % said
        if one.transition == "discontinue":
            step = _("Discontinued on %(day)s") % said
        yield (str(one.activity), step, one.reason, "")


def _blocked(source: Source) -> Iterator[Sequence[str]]:
    for cell in source.status.blocked:
        reasons = [str(one.text) for one in cell.reasons[:REASONS]]
        who = dict.fromkeys(str(one.who) for one in cell.reasons if one.who)
        yield (
            *(str(cell.activity), _("Cannot take the next step")),
            *(" ".join(reasons), ", ".join(who)),
        )


def _late(source: Source) -> Iterator[Sequence[str]]:
    for one in source.status.overdue:
        title = f"{one.activity}: {one.title}" if one.activity else one.title
        late = _("Overdue since %(day)s") % {"day": short_day(one.due_on)}
        who = str(one.responsible or one.partner or "")
        yield (title, late, _("No cause is written down."), who)


def _moved(source: Source) -> Iterator[Sequence[str]]:
    for one in source.moved:
        said = {"before": short_day(one.before), "after": short_day(one.after)}
        what = one.milestone or one.phase or one.activity
        yield (
            *(str(what), _("Moved from %(before)s to %(after)s") % said),
            *(one.shift.reason, ""),
        )


def next_period(source: Source, last: date) -> Iterator[Block]:
    """Yield what comes after the report's period, until a day."""
    yield Heading(_("The next period"))
    if source.report.outlook.strip():
        yield Text(source.report.outlook)
    first = max(source.report.period_end, source.on)
    milestones = source.milestones(first, last)
    decisions = [
        one
        for one in source.status.decisions
        if one.expected_on is None or one.expected_on <= last
    ]
    meetings = Meeting.objects.filter(
        programme=source.programme, held_on__range=(first, last)
    ).order_by("held_on")
    rows = [
        *(
            (short_day(one.due_on), f"{one.activity}: {one.title}", _who(one))
            for one in milestones
        ),
        *(
            (short_day(one.expected_on) or "–", f"{one.activity}: {one}", one.body)
            for one in decisions
        ),
        *((short_day(one.held_on), str(one), "") for one in meetings),
    ]
    if not rows:
        yield Text(_("Nothing is planned with a date."))
        return
    columns = [_("When"), _("What"), _("Who")]
    yield Sheet(_("What comes next"), columns, rows, widths=[1, 4, 2])


def milestone_plan(source: Source, first: date, last: date) -> Iterator[Block]:
    """Yield the milestones of a year, by their days."""
    yield Heading(_("Milestones"))
    rows = [
        (
            *(short_day(one.due_on), one.title, str(one.activity), _who(one)),
            _reached(one, on=source.on),
        )
        for one in source.milestones(first, last)
    ]
    if not rows:
        yield Text(_("No milestone has a date in the period."))
        return
    columns = [_("Due"), _("Milestone"), _("Activity"), _("Responsible"), _("State")]
    yield Sheet(_("Milestones by date"), columns, rows, widths=[2, 4, 4, 3, 2])


def _reached(milestone: Milestone, *, on: date) -> str:
    if milestone.state == MilestoneState.DONE:
        return _("reached %(day)s") % {"day": short_day(milestone.done_on)}
    if milestone.due_on is not None and milestone.due_on < on:
        return _("overdue")
    return _("ahead")


def _who(milestone: Milestone) -> str:
    activity = milestone.activity
    return str(
        milestone.responsible
        or milestone.responsible_partner
        or activity.responsible
        or activity.responsible_partner
        or ""
    )


def _figures_in(source: Source, area: FocusArea) -> list[IndicatorFigures]:
    return [
        one
        for one in source.figures
        if one.indicator.objective.focus_area_id == area.pk
    ]


def _places(source: Source) -> list[Place]:
    """Return the places with activities, in their order."""
    found: QuerySet[Place] = Place.objects.filter(
        pk__in={cell.activity.place_id for cell in source.status.cells}
    )
    return list(found.order_by("position", "name"))


def _name(row: InitiativeStatus) -> str:
    part = row.initiative.parent
    return f"{part}: {row.initiative}" if part else str(row.initiative)


def _state_in(row: InitiativeStatus, place: Place) -> str:
    told = [
        state_of(cell.activity)
        for cell in row.cells
        if cell.activity.place_id == place.pk
    ]
    return ", ".join(told) or "–"


def state_of(activity: Activity) -> str:
    """Return where an activity stands; a proposal is told as one."""
    if activity.is_proposal:
        return _("proposal")
    return str(activity.get_state_display())


def status_of(row: InitiativeStatus) -> str:
    """Return where an initiative stands, place by place."""
    return "; ".join(
        f"{cell.activity.place}: {state_of(cell.activity)}" for cell in row.cells
    )


def initiatives(area: FocusAreaStatus) -> Iterator[Sequence[str]]:
    """Yield an area's initiatives with nature, places and partners."""
    for row in area.initiatives:
        yield (
            *(_name(row), str(row.initiative.get_nature_display())),
            *(row.initiative.description, status_of(row) or "–"),
        )


def agreement(source: Source, area: FocusAreaStatus) -> Iterator[Block]:
    """Yield the version of an area's sub-agreement that is in force."""
    one = source.agreement_in_force(area.focus_area.pk)
    if one is None:
        yield Text(_("No version of the sub-agreement is entered."))
    else:
        said = {"number": one.number, "day": day(one.valid_from)}
        yield Text(_("Version %(number)d, valid from %(day)s.") % said)
        if one.summary:
            yield Text(one.summary)
        if one.url:
            yield Text(one.url)
    since = area.focus_area.sub_agreement_outdated_since
    if since is not None:
        said = {"day": day(since), "why": area.focus_area.sub_agreement_outdated_reason}
        yield Text(
            _("The sub-agreement is to be updated since %(day)s. %(why)s") % said,
            is_notice=True,
        )
