"""One change for many activities: all of it or none, and told beforehand.

A rehearsal makes the change and takes it back, so that what it tells is what would
happen, refusals included.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import Activity, DataRequest, Phase, Programme, User
from rollout.services.activity import (
    assign_responsible,
    confirm_proposal,
    put_in_phase,
)
from rollout.services.ground import Invalid, Progress, locked, silently
from rollout.services.shifting import ShiftRequest, Whole, shift
from rollout.services.waiting import busy_if_held
from workflows.engine import Blocked, NotAllowed, Refused, Stale, perform
from workflows.guards import Reason


class BulkChange(Protocol):
    """What is to be done to the chosen activities."""

    @property
    def reaches_further(self) -> bool:
        """Whether activities that were not chosen can change with them."""

    def refusals(
        self, chosen: Sequence[Chosen], *, by: User, at: datetime, tell: Progress
    ) -> Iterator[Refusal]:
        """Do it, and yield every activity to which it cannot be done."""


class EachByItself(ABC):
    """A change that is made to one activity after the other."""

    reaches_further = False

    def refusals(
        self, chosen: Sequence[Chosen], *, by: User, at: datetime, tell: Progress
    ) -> Iterator[Refusal]:
        """Do it to each; in order of key, so that no two wait for one another."""
        in_order = sorted(chosen, key=lambda one: one.activity.pk)
        for number, one in enumerate(in_order):
            tell(number, len(in_order))
            try:
                with transaction.atomic():
                    self.apply(one.activity, by=by, at=at, version=one.version)
            except (Refused, Invalid) as refusal:
                yield Refusal(one.activity, refusal)

    @abstractmethod
    def apply(
        self, activity: Activity, *, by: User, at: datetime, version: int | None
    ) -> object:
        """Do it to one. Raises Refused or Invalid where it cannot be done."""


@dataclass(frozen=True)
class Advance(EachByItself):
    """Take each a step further, or back."""

    transition: str
    reason: str = ""
    #: Whether to go ahead although something is missing.
    override: bool = False

    def apply(
        self, activity: Activity, *, by: User, at: datetime, version: int | None
    ) -> object:
        """Perform the transition."""
        return perform(
            *(activity, self.transition),
            by=by,
            at=at,
            reason=self.reason,
            expected_version=version,
            override=self.override,
        )


@dataclass(frozen=True)
class Confirm(EachByItself):
    """Confirm that each proposal is to be carried out."""

    def apply(
        self, activity: Activity, *, by: User, at: datetime, version: int | None
    ) -> object:
        """Confirm the proposal."""
        return confirm_proposal(activity, by=by, expected_version=version)


@dataclass(frozen=True)
class Assign(EachByItself):
    """Make one person responsible for each."""

    responsible: User

    def apply(
        self, activity: Activity, *, by: User, at: datetime, version: int | None
    ) -> object:
        """Say who answers for it."""
        return assign_responsible(
            activity, responsible=self.responsible, by=by, expected_version=version
        )


@dataclass(frozen=True)
class PutInPhase(EachByItself):
    """Put each in a phase, or in none."""

    phase: Phase | None

    def apply(
        self, activity: Activity, *, by: User, at: datetime, version: int | None
    ) -> object:
        """Put it in the phase."""
        return put_in_phase(activity, phase=self.phase, by=by, expected_version=version)


@dataclass(frozen=True)
class ShiftDates:
    """Move their dates by so many working days, and what follows them elsewhere."""

    days: int
    reaches_further = True

    def refusals(
        self, chosen: Sequence[Chosen], *, by: User, at: datetime, tell: Progress
    ) -> Iterator[Refusal]:
        """Shift all in one go, so that what depends on two of them moves only once."""
        overtaken = list(_overtaken(chosen))
        yield from overtaken
        if overtaken:
            return
        first, *others = (one.activity for one in chosen)
        asked = ShiftRequest(
            *(Whole.ACTIVITY, first.pk),
            days=self.days,
            others=frozenset(one.pk for one in others),
        )
        try:
            with transaction.atomic():
                shift(first.programme, asked, by=by, at=at)
        except (Refused, Invalid) as refusal:
            yield Refusal(None, refusal)


def _overtaken(chosen: Sequence[Chosen]) -> Iterator[Refusal]:
    for one in sorted(chosen, key=lambda one: one.activity.pk):
        try:
            locked(one.activity, one.version)
        except Stale as refusal:
            yield Refusal(one.activity, refusal)


@dataclass(frozen=True)
class Chosen:
    """One chosen activity as it is now, and the version that the person saw."""

    activity: Activity
    #: None: whatever the person saw.
    version: int | None


@dataclass(frozen=True)
class Changed:
    """One activity before and after the change, each with its milestones."""

    before: Activity
    after: Activity


@dataclass(frozen=True)
class Refusal:
    """One activity that the change cannot be made to, with every reason."""

    #: None where the reason lies in no one of them.
    activity: Activity | None
    cause: Refused | Invalid

    @property
    def reasons(self) -> list[Reason]:
        """Everything that stands in the way, as reasons."""
        if isinstance(self.cause, Blocked):
            return self.cause.reasons
        if isinstance(self.cause, Stale):
            text = _("Somebody else has just changed this activity.")
            return [Reason(code="stale", text=text, overridable=False)]
        code = "not_allowed" if isinstance(self.cause, NotAllowed) else "invalid"
        return [Reason(code=code, text=str(self.cause), overridable=False)]


@dataclass(frozen=True)
class BulkResult:
    """What a change does, or would do. With a refusal nothing was done."""

    changed: Sequence[Changed]
    refusals: Sequence[Refusal]
    #: Values that are asked of partners because of it.
    requests: Sequence[DataRequest]


def rehearse_change(
    programme: Programme,
    activities: Mapping[int, int | None],
    change: BulkChange,
    *,
    by: User,
    at: datetime,
) -> BulkResult:
    """Tell what :func:`change_all` would do; nothing of it remains.

    Raises Busy where somebody else keeps one of the activities for too long.
    """
    with transaction.atomic(), busy_if_held():
        result = _try(programme, activities, change, by=by, at=at)
        transaction.set_rollback(True)
    return result


def change_all(
    programme: Programme,
    activities: Mapping[int, int | None],
    change: BulkChange,
    *,
    by: User,
    at: datetime,
    tell: Progress = silently,
) -> BulkResult:
    """Make one change to several activities of a programme, all or none.

    ``activities`` are the keys with the versions that the person saw, None where that
    does not matter. Where any of them refuses, nothing is changed and the result
    names every refusal. ``tell`` hears how many have been tried.
    """
    with transaction.atomic():
        result = _try(programme, activities, change, by=by, at=at, tell=tell)
        if result.refusals:
            transaction.set_rollback(True)
    return result


def _try(
    programme: Programme,
    activities: Mapping[int, int | None],
    change: BulkChange,
    *,
    by: User,
    at: datetime,
    tell: Progress = silently,
) -> BulkResult:
    reach = None if change.reaches_further else activities
    before = _read(programme, reach)
    requests = DataRequest.objects.filter(round__programme=programme)
    asked = set(requests.values_list("pk", flat=True))
    chosen = [Chosen(before[pk], version) for pk, version in activities.items()]
    refusals = list(change.refusals(chosen, by=by, at=at, tell=tell))
    after = _read(programme, reach)
    refused = {one.activity.pk for one in refusals if one.activity is not None}
    if any(one.activity is None for one in refusals):
        refused = set(activities)
    return BulkResult(
        changed=[
            Changed(one, after[pk])
            for pk, one in before.items()
            if (pk in activities and pk not in refused)
            or (pk not in activities and _dates(one) != _dates(after[pk]))
        ],
        refusals=refusals,
        requests=list(
            requests.exclude(pk__in=asked).select_related(
                "indicator", "partner", "responsible", "round"
            )
        ),
    )


def _dates(activity: Activity) -> tuple[object, ...]:
    milestones = ((one.pk, one.due_on) for one in activity.milestones.all())
    return (activity.planned_launch_on, *milestones)


def _read(
    programme: Programme, keys: Mapping[int, object] | None
) -> dict[int, Activity]:
    """Read some activities of a programme, or all, with what a change can touch."""
    rows = Activity.objects.filter(programme=programme)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    rows = (
        rows.select_related(
            "initiative__focus_area",
            "initiative__parent",
            "place",
            "phase",
            "programme",
            "responsible",
            "responsible_partner",
        )
        .prefetch_related("milestones", "readiness")
        .order_by("initiative__focus_area", "initiative", "place__position", "pk")
    )
    return {activity.pk: activity for activity in rows}
