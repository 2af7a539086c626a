"""The reports: which parts each has, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout.models import Report, ReportKind
from rollout.periods import Period
from rollout.reports import parts
from rollout.reports.content import Block, Document, Heading, Sheet, Text
from rollout.reports.reading import Source
from rollout.status import InitiativeStatus
from rollout.templatetags.dates import day

_DAY = timedelta(days=1)


def document_of(report: Report, *, on: date) -> Document:
    """Return what a report says: what was kept, or for a draft what it says today."""
    if report.content is not None:
        return Document.from_json(report.content)
    return build(report, on=on)


def build(report: Report, *, on: date) -> Document:
    """Make a report from the programme as it is, in the report's own language."""
    with translation.override(report.language):
        source = Source(report, on)
        return Document(
            title=report.title,
            subtitle=f"{report.programme.name} · {report.programme.municipality}",
            language=report.language,
            author=_author(report),
            facts=_facts(source),
            blocks=[
                *parts.examples(source),
                *_BUILDERS[ReportKind(report.kind)](source),
            ],
        )


def _facts(source: Source) -> list[tuple[str, str]]:
    report = source.report
    period = Period(report.period_start, report.period_end)
    facts = [(_("Period"), str(period)), (_("Data as of"), day(source.on))]
    if author := _author(report):
        facts.append((_("Author"), author))
    if report.data_version is None:
        said = _("Draft: it follows the data until it is frozen.")
        facts.append((_("Status"), said))
    else:
        # Frozen on the day of its data, which stands above.
        facts.append((_("Status"), capfirst(_("frozen"))))
        facts.append((_("Data version"), str(report.data_version)))
    if ReportKind(report.kind).is_template:
        facts.append((_("Form"), _("Template to be confirmed")))
    return facts


def _author(report: Report) -> str:
    """Return who stands for the report: who froze it, else who made it."""
    author = report.frozen_by or report.made_by
    return author.name if author else ""


def _next_end(source: Source) -> date:
    """Return the last day of a period as long as the report's own, after it."""
    report = source.report
    length = report.period_end - report.period_start + _DAY
    return max(report.period_end, source.on) + length


def _board(source: Source) -> Iterator[Block]:
    yield from parts.cover(source)
    yield from parts.focus_areas(source)
    yield from parts.matrix(source)
    yield from parts.objectives(source)
    yield from parts.contributions(source)
    yield from parts.deviations(source)
    yield from parts.next_period(source, _next_end(source))


def _lbf_status(source: Source) -> Iterator[Block]:
    yield parts.unconfirmed()
    yield from parts.cover(source)
    yield from parts.focus_areas(source)
    yield from parts.target_achievement(source)
    yield from parts.matrix(source)
    yield Heading(_("Sub-agreements in force"))
    for area in source.status.focus_areas:
        yield Heading(area.focus_area.name, 2)
        yield from parts.agreement(source, area)
    yield from parts.contributions(source)
    yield from parts.deviations(source)
    yield from parts.next_period(source, _next_end(source))


def _committee(source: Source) -> Iterator[Block]:
    """Yield the municipality's own columns, one row for each initiative."""
    yield from parts.cover(source)
    columns = [
        *(_("Initiative"), _("Short description")),
        *(_("Responsible director and head of centre"), _("Committee"), _("Status")),
    ]
    for area in source.status.focus_areas:
        yield Heading(area.focus_area.name)
        rows = [
            (
                *(row.initiative.name, row.initiative.description or "–"),
                *_office(source, row),
                parts.status_of(row) or "–",
            )
            for row in area.initiatives
        ]
        title = _("Follow-up: %(area)s") % {"area": area.focus_area.name}
        yield Sheet(title, columns, rows, widths=[3, 4, 3, 2, 3])
    yield from parts.deviations(source)


def _office(source: Source, row: InitiativeStatus) -> tuple[str, str]:
    """Return who answers for an initiative, and to which committee."""
    departments = {
        cell.activity.responsible_partner
        for cell in row.cells
        if cell.activity.responsible_partner is not None
    }
    people, committees = [], []
    for one in sorted(departments, key=lambda partner: partner.name):
        office = source.report.offices.get(one.code, {})
        director = office.get("director", "")
        head = one.lead.name if one.lead else ""
        people.append(", ".join(part for part in (director, head, one.name) if part))
        committees.append(office.get("committee", ""))
    missing = _("not stated")
    told = "; ".join(dict.fromkeys(one for one in committees if one))
    return "; ".join(people) or missing, told or missing


def _agreement(source: Source) -> Iterator[Block]:
    yield from parts.cover(source)
    columns = [_("Initiative"), _("Nature"), _("Short description"), _("Places")]
    for area in source.status.focus_areas:
        yield Heading(area.focus_area.name)
        yield from parts.agreement(source, area)
        departments = ", ".join(one.name for one in area.departments)
        if departments:
            yield Text(_("Takes part: %(names)s.") % {"names": departments})
        rows = list(parts.initiatives(area))
        title = _("Initiatives: %(area)s") % {"area": area.focus_area.name}
        yield Sheet(title, columns, rows, widths=[3, 2, 4, 4])


def _milestones(source: Source) -> Iterator[Block]:
    yield parts.unconfirmed()
    yield from parts.cover(source)
    report = source.report
    yield from parts.milestone_plan(source, report.period_start, report.period_end)


def _evaluation(source: Source) -> Iterator[Block]:
    yield from parts.cover(source)
    if not source.evaluations:
        yield Text(_("No evaluation was approved in the period."))
    area = None
    for one in source.evaluations:
        if one.activity.initiative.focus_area != area:
            area = one.activity.initiative.focus_area
            yield Heading(area.name)
        yield Heading(str(one.activity), 2)
        said = {"conclusion": one.get_conclusion_display(), "day": day(one.approved_on)}
        yield Text(_("Conclusion: %(conclusion)s. Approved on %(day)s.") % said)
        for label, text in (
            ("", one.summary),
            (_("What was done"), one.done),
            (_("Whom it reached"), one.reach),
            (_("Assessment"), one.assessment),
            (_("Next step"), one.next_step),
        ):
            if text:
                yield Text(f"{label}: {text}" if label else text)
        yield from parts.attained(source, one)
        for addendum in one.addenda.all():
            yield Text(_("Addendum: %(text)s") % {"text": addendum.text})
    yield from parts.objectives(source)


_BUILDERS: dict[ReportKind, Callable[[Source], Iterator[Block]]] = {
    ReportKind.BOARD: _board,
    ReportKind.LBF_STATUS: _lbf_status,
    ReportKind.COMMITTEE: _committee,
    ReportKind.AGREEMENT: _agreement,
    ReportKind.MILESTONES: _milestones,
    ReportKind.EVALUATION: _evaluation,
}
