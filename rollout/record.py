"""What a partner has promised, has delivered and owes, and how long it takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from rollout.models import (
    Activity,
    ActivityState,
    DataRequest,
    Deadline,
    DeadlineKind,
    Hold,
    MeasurementStatus,
    Milestone,
    MilestoneState,
    Partner,
    Programme,
    RoundState,
    User,
)
from workflows.schedule import WorkingCalendar

_DELIVERED = {MeasurementStatus.SUBMITTED, MeasurementStatus.APPROVED}
_HELD = {
    ActivityState.PLANNED: Hold.PLANNED,
    ActivityState.DISCONTINUED: Hold.DISCONTINUED,
}


@dataclass(frozen=True)
class Commitment:
    """One milestone to reach or number to deliver, kept or not."""

    kind: DeadlineKind
    title: str
    #: The activity, or the place and round of a number.
    about: str
    url: str
    due_on: date | None
    #: When it was reached or delivered; None while it is owed.
    kept_on: date | None
    responsible: User | None
    #: The day on which a number's round was agreed, and so asked for.
    asked_on: date | None = None
    #: Why it is not asked for yet; empty where it is.
    hold: str = ""
    is_example: bool = False

    def is_overdue(self, on: date) -> bool:
        """Say whether it should have been kept before the local date ``on``."""
        return (
            self.kept_on is None
            and not self.hold
            and self.due_on is not None
            and self.due_on < on
        )


@dataclass(frozen=True)
class Pace:
    """A median of working days, and on how many commitments it rests."""

    days: float
    count: int


@dataclass(frozen=True)
class Record:
    """A partner's record, as far as one person may see it."""

    commitments: list[Commitment]
    #: Working days from the agreement of the round to the delivery of its number.
    answering: Pace | None
    #: Working days from due date to milestone reached or number delivered; negative
    #: where it was earlier.
    keeping: Pace | None

    @property
    def owed(self) -> list[Commitment]:
        """What is asked for and not kept yet."""
        return [one for one in self.commitments if one.kept_on is None and not one.hold]

    @property
    def kept(self) -> list[Commitment]:
        """What was reached or delivered."""
        return [one for one in self.commitments if one.kept_on is not None]


def record_of(partner: Partner, *, user: User) -> Record:
    """Read a partner's record: what is owed by date, then what was kept, newest first.

    ``user`` limits it to what this person may see. What was dropped counts for nothing.
    """
    commitments = [*_milestones(partner, user), *_numbers(partner, user)]
    calendar = partner.programme.working_calendar()
    owed = [one for one in commitments if one.kept_on is None]
    kept = [one for one in commitments if one.kept_on is not None]
    return Record(
        commitments=[
            *sorted(owed, key=lambda one: (one.due_on or date.max, one.title)),
            *sorted(kept, key=lambda one: one.kept_on or date.min, reverse=True),
        ],
        answering=_pace(((one.asked_on, one.kept_on) for one in kept), calendar),
        keeping=_pace(((one.due_on, one.kept_on) for one in kept), calendar),
    )


def _milestones(partner: Partner, user: User) -> Iterator[Commitment]:
    its_own = Q(responsible_partner=partner) | Q(
        responsible_partner=None, activity__responsible_partner=partner
    )
    rows = (
        Milestone.objects.visible_to(user)
        .filter(its_own)
        .exclude(state=MilestoneState.DROPPED)
        .select_related(
            "activity__initiative",
            "activity__place",
            "activity__responsible",
            "responsible",
        )
    )
    for one in rows:
        hold = Hold.PROPOSAL if one.activity.is_proposal else None
        hold = hold or _HELD.get(ActivityState(one.activity.state))
        yield Commitment(
            kind=DeadlineKind.MILESTONE,
            title=one.title,
            about=str(one.activity),
            url=one.get_absolute_url(),
            due_on=one.due_on,
            kept_on=one.done_on,
            responsible=one.responsible or one.activity.responsible,
            hold=str(hold.label) if hold else "",
            is_example=one.is_example,
        )


def _numbers(partner: Partner, user: User) -> Iterator[Commitment]:
    rows = (
        DataRequest.objects.visible_to(user)
        .filter(partner=partner)
        .select_related(
            *("round", "indicator", "place", "responsible"), "answering__measurement"
        )
    )
    for one in rows:
        is_expected = one.round.state == RoundState.EXPECTED
        yield Commitment(
            kind=DeadlineKind.DATA_REQUEST,
            title=str(one),
            about=" · ".join(str(part) for part in (one.place, one.round) if part),
            url="",
            due_on=one.due_on,
            kept_on=_delivered_on(one),
            responsible=one.responsible,
            asked_on=one.round.agreed_on,
            hold=str(Hold.EXPECTED.label) if is_expected else "",
            is_example=one.is_example,
        )


def _delivered_on(request: DataRequest) -> date | None:
    value = request.measurement
    if value is None or value.status not in _DELIVERED:
        return None
    at = value.submitted_at or value.approved_at
    return timezone.localdate(at) if at else None


def _pace(
    spans: Iterable[tuple[date | None, date | None]], calendar: WorkingCalendar
) -> Pace | None:
    days = [calendar.between(first, last) for first, last in spans if first and last]
    return Pace(median(days), len(days)) if days else None


@dataclass(frozen=True)
class Standing:
    """One partner among the others."""

    partner: Partner
    #: In how many activities it takes part.
    activities: int
    owed: int
    overdue: int


def standings_of(programme: Programme, *, user: User, on: date) -> list[Standing]:
    """Return the partners whose page the person may open, with what each owes.

    Counted as far as the person may see it, on the local date ``on``.
    """
    partners = Partner.objects.open_to(user).filter(programme=programme)
    owed, overdue = _debts(programme, user, on)
    parts = _parts(programme, user)
    return [
        Standing(one, len(parts[one.pk]), owed[one.pk], overdue[one.pk])
        for one in partners
    ]


def _debts(
    programme: Programme, user: User, on: date
) -> tuple[Counter[int], Counter[int]]:
    """Count what is owed and what of it is overdue, by partner."""
    late = Count("pk", filter=Q(due_on__lt=on))
    milestones = (
        Milestone.objects.visible_to(user)
        .open()
        .filter(activity__programme=programme, activity__is_proposal=False)
        .exclude(activity__state__in=list(_HELD))
        .values(by=Coalesce("responsible_partner", "activity__responsible_partner"))
        .annotate(owed=Count("pk"), overdue=late)
    )
    numbers = (
        Deadline.objects.visible_to(user)
        .filter(programme=programme, kind=DeadlineKind.DATA_REQUEST, hold="")
        .values(by=F("partner"))
        .annotate(owed=Count("pk"), overdue=late)
    )
    owed, overdue = Counter[int](), Counter[int]()
    for row in (*milestones, *numbers):
        owed[row["by"]] += row["owed"]
        overdue[row["by"]] += row["overdue"]
    return owed, overdue


def _parts(programme: Programme, user: User) -> dict[int, set[int]]:
    """Return the keys of the activities in which each partner takes part."""
    activities = Activity.objects.visible_to(user).filter(programme=programme)
    parts: dict[int, set[int]] = defaultdict(set)
    for way in ("responsible_partner", "contributors"):
        for partner, activity in activities.values_list(way, "pk"):
            parts[partner].add(activity)
    return parts


def activities_of(partner: Partner, *, user: User) -> list[Activity]:
    """Return the activities that the partner answers for or contributes to."""
    rows = (
        Activity.objects.visible_to(user)
        .filter(Q(responsible_partner=partner) | Q(contributors=partner))
        .select_related("initiative", "place", "responsible")
        .distinct()
        .order_by("initiative__focus_area", "initiative__position", "place__position")
    )
    return list(rows)
