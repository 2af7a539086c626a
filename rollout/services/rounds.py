"""Planning when values are collected, and following what has come in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    DataRequest,
    MeasurementStatus,
    MonitoringRound,
    Partner,
    Programme,
    RoundState,
    User,
)
from rollout.services.ground import Invalid, check_inside, check_version, require


@dataclass(frozen=True)
class RoundValues:
    """What a round is: what is reported, of which days, by when, and who sees to it."""

    title: str
    kind: str
    period_start: date
    period_end: date
    due_on: date
    recurrence: str
    responsible: User | None


@transaction.atomic
def add_round(
    programme: Programme, values: RoundValues, *, by: User
) -> MonitoringRound:
    """Plan a round. It is expected, and reminds nobody, until it is agreed."""
    require(by, "rollout.run_monitoring", programme)
    return _save(MonitoringRound(programme=programme), values)


@transaction.atomic
def change_round(
    asked: MonitoringRound,
    values: RoundValues,
    *,
    by: User,
    expected_version: int | None = None,
) -> MonitoringRound:
    """Change what a round is; an agreed one has asked for its values already.

    Raises Invalid once it is agreed, and Stale if somebody changed it meanwhile.
    """
    require(by, "rollout.run_monitoring", asked)
    fresh = MonitoringRound.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    check_version(fresh, expected_version)
    if fresh.state != RoundState.EXPECTED:
        raise Invalid(_("An agreed round is only moved: it has asked for its values."))
    return _save(fresh, values)


def _save(asked: MonitoringRound, values: RoundValues) -> MonitoringRound:
    if values.period_end < values.period_start:
        raise Invalid(_("The period ends before it begins."))
    check_inside(asked.programme, values.due_on)
    for name, value in vars(values).items():
        setattr(asked, name, value)
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError as error:
        raise Invalid(_("There is such a round already.")) from error
    return MonitoringRound.objects.get(pk=asked.pk)


@transaction.atomic
def copy_rounds(
    rounds: Iterable[MonitoringRound], *, by: User
) -> list[MonitoringRound]:
    """Plan the same rounds a year later; return those that were not there.

    A day that is no working day there becomes the working day before it. What would
    fall after the programme is left out.
    """
    made = []
    for asked in rounds:
        require(by, "rollout.run_monitoring", asked)
        programme = asked.programme
        period = asked.period.shifted(years=1)
        later = asked.due_on + relativedelta(years=1)
        due_on = programme.working_calendar().add(later, 0)
        if due_on > programme.ends_on:
            continue
        copy, is_new = MonitoringRound.objects.get_or_create(
            programme=programme,
            kind=asked.kind,
            title=asked.title,
            period_start=period.starts_on,
            defaults={
                "period_end": period.ends_on,
                "due_on": due_on,
                "recurrence": asked.recurrence,
                "responsible": asked.responsible,
                "is_example": asked.is_example,
            },
        )
        if is_new:
            made.append(copy)
    return made


@dataclass
class Tally:
    """How one partner stands in one round: asked, received, and received on time."""

    partner: Partner | None
    expected: int = 0
    received: int = 0
    on_time: int = 0
    returned: int = 0

    def count(self, request: DataRequest) -> None:
        """Count one number that was asked for."""
        self.expected += 1
        value = request.measurement
        if value is None or value.status == MeasurementStatus.DRAFT:
            return
        if value.status == MeasurementStatus.RETURNED:
            self.returned += 1
            return
        self.received += 1
        if value.submitted_at is None or is_on_time(value.submitted_at, request.due_on):
            self.on_time += 1


def is_on_time(submitted_at: datetime, due_on: date) -> bool:
    """Say whether something came in on its day or before."""
    return timezone.localdate(submitted_at) <= due_on


def tallies(requests: Iterable[DataRequest]) -> list[Tally]:
    """Return how each partner stands, in the order in which they are first asked.

    The requests come with their partners and what answers them.
    """
    found: dict[int | None, Tally] = {}
    for request in requests:
        tally = found.setdefault(request.partner_id, Tally(request.partner))
        tally.count(request)
    return list(found.values())
