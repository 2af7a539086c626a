"""Makes, edits and freezes reports, and says what has changed since one was frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout import changes
from rollout.models import Meeting, MeetingKind, Programme, Report, ReportKind, User
from rollout.periods import Period
from rollout.reports.kinds import build, document_of
from rollout.services import Invalid, require
from workflows.engine import Stale

_DAY = timedelta(days=1)
#: Months that each report looks back on, where nobody says otherwise.
_MONTHS = {ReportKind.COMMITTEE: 3, ReportKind.BOARD: 6}


def usual_period(programme: Programme, kind: str, *, on: date) -> Period:
    """Return the period that a report made on a local date tells of."""
    if kind == ReportKind.MILESTONES:
        return Period(date(on.year + 1, 1, 1), date(on.year + 1, 12, 31))
    months = _MONTHS.get(ReportKind(kind), 12)
    first = max(on - relativedelta(months=months) + _DAY, programme.starts_on)
    return Period(min(first, on), on)


def make_report(
    programme: Programme, kind: str, period: Period, *, by: User, at: datetime
) -> Report:
    """Make a draft in the language of its maker."""
    require(by, "rollout.write_report", programme)
    return _make(programme, kind, period, by=by, at=at, language=by.language)


@transaction.atomic
def make_for_meeting(meeting: Meeting, *, at: datetime) -> Report | None:
    """Make the draft for a board meeting; None where it has one already."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.kind != MeetingKind.BOARD or meeting.reports.exists():
        return None
    on = timezone.localdate(at)
    before = (
        Meeting.objects.filter(
            programme=meeting.programme,
            kind=meeting.kind,
            body=meeting.body,
            held_on__lt=on,
        )
        .order_by("-held_on")
        .first()
    )
    period = usual_period(meeting.programme, ReportKind.BOARD, on=on)
    if before is not None:
        period = Period(before.held_on, on)
    return _make(meeting.programme, ReportKind.BOARD, period, at=at, meeting=meeting)


def _make(
    programme: Programme,
    kind: str,
    period: Period,
    *,
    at: datetime,
    by: User | None = None,
    language: str = "da",
    meeting: Meeting | None = None,
) -> Report:
    with translation.override(language):
        title = f"{capfirst(str(ReportKind(kind).label))} {period}"
    earlier = (
        Report.objects.filter(programme=programme, kind=kind)
        .order_by("-made_at")
        .first()
    )
    return Report.objects.create(
        programme=programme,
        kind=kind,
        title=title,
        period_start=period.starts_on,
        period_end=period.ends_on,
        language=language,
        # Who answers to which committee seldom changes from report to report.
        offices=earlier.offices if earlier else {},
        meeting=meeting,
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def edit_report(
    report: Report, values: Mapping[str, Any], *, by: User, version: int
) -> None:
    """Change a draft's own words. Raises Stale, and Invalid once it is frozen."""
    draft = _draft(report, by=by, permission="rollout.write_report", version=version)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(values))


@transaction.atomic
def freeze_report(report: Report, *, by: User, at: datetime, version: int) -> Report:
    """Keep what the report says now, for good: with date, author and data version."""
    draft = _draft(report, by=by, permission="rollout.freeze_report", version=version)
    position, _database = changes.present()
    draft.frozen_by = by
    draft.data_version = position.transaction
    draft.content = build(draft, on=timezone.localdate(at)).as_json()
    draft.frozen_at = at
    draft.save(
        update_fields=["frozen_by", "frozen_at", "data_version", "content"],
    )
    return draft


@transaction.atomic
def discard_report(report: Report, *, by: User, version: int) -> None:
    """Delete a draft. Raises Invalid once it is frozen."""
    _draft(report, by=by, permission="rollout.write_report", version=version).delete()


def _draft(report: Report, *, by: User, permission: str, version: int) -> Report:
    require(by, permission, report)
    draft = (
        Report.objects.select_related("programme", "made_by")
        .select_for_update(of=("self",))
        .get(pk=report.pk)
    )
    if draft.is_frozen:
        raise Invalid(_("The report is frozen and can no longer be changed."))
    if draft.version != version:
        raise Stale(draft.version)
    return draft


@dataclass(frozen=True)
class Difference:
    """Lines of a frozen report, and what it would say in their place today."""

    before: list[str]
    after: list[str]


def differences(report: Report, *, on: date) -> list[Difference]:
    """Return what a frozen report would say otherwise on a local date."""
    kept = list(document_of(report, on=on).lines())
    present = list(build(report, on=on).lines())
    matcher = SequenceMatcher(a=kept, b=present, autojunk=False)
    return [
        Difference(kept[i1:i2], present[j1:j2])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]
