"""Saves a shift as it was seen, or nothing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    DateKind,
    Milestone,
    Phase,
    Programme,
    Shift,
    ShiftedDate,
    User,
)
from rollout.services.ground import Invalid, require
from rollout.services.shifting.proposal import Change, Proposal, ShiftRequest
from rollout.services.shifting.schedule import Dated, DateKey, Schedule, read_schedule
from rollout.services.shifting.trial import propose
from workflows.engine import Refused

M = TypeVar("M", bound=models.Model)

#: Where a date of each kind is written.
_WHERE: dict[str, tuple[type[models.Model], str]] = {
    DateKind.MILESTONE: (Milestone, "due_on"),
    DateKind.LAUNCH: (Activity, "planned_launch_on"),
    DateKind.PHASE_START: (Phase, "starts_on"),
    DateKind.PHASE_END: (Phase, "ends_on"),
}


class Seen(NamedTuple):
    """One change as somebody saw it before deciding: of which version, from, to."""

    version: int
    before: date | None
    after: date


def seen_in(proposal: Proposal) -> dict[DateKey, Seen]:
    """Return what whoever looks at the proposal sees of each date."""
    return {
        one.dated.key: Seen(one.dated.version, one.before, one.after)
        for one in proposal.changes
    }


@dataclass(frozen=True)
class Difference:
    """What is no longer as it was seen."""

    #: "moved": it lies elsewhere now; "changed": something else about it changed;
    #: "target": it would move to another date now; "stays": it would not move any
    #: more; "joins": it would now move, too.
    code: str
    key: DateKey
    #: The date in question as it is now; None where it is gone.
    now: Dated | None
    seen: Seen | None


class Overtaken(Refused):
    """Somebody was faster: :attr:`differences` says what changed. Nothing was saved."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = list(differences)
        super().__init__(_("Somebody else changed this in the meantime."))


@transaction.atomic
def shift(
    programme: Programme,
    asked: ShiftRequest,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    seen: Mapping[DateKey, Seen] | None = None,
) -> Shift:
    """Move everything that :func:`propose` says moves, and record who, when and why.

    ``seen`` is what the person saw and agreed to; without it, what is proposed now.
    Raises NotAllowed, Overtaken if anything is no longer as it was seen, and Invalid
    where the shift is not possible.
    """
    require(by, "rollout.edit_activity", programme)
    if seen is None:
        seen = seen_in(propose(read_schedule(programme), asked))
    rows = _locked(programme, seen)
    schedule = read_schedule(programme)
    proposal = propose(schedule, asked)
    differences = list(_differences(schedule, seen, seen_in(proposal)))
    if differences:
        raise Overtaken(differences)
    if proposal.problems:
        raise Invalid(" ".join(one.text for one in proposal.problems))
    _write(rows, proposal.changes)
    return _record(programme, proposal.changes, by=by, at=at, reason=reason)


Rows = dict[type[models.Model], dict[int, Any]]


def _locked(programme: Programme, keys: Iterable[DateKey]) -> Rows:
    """Lock the rows of these dates, phases first and milestones last.

    The activities of the milestones are locked, too, so that none is added meanwhile.
    """
    of_kind: dict[str, set[int]] = {kind: set() for kind in DateKind}
    for key in keys:
        of_kind[key.kind].add(key.pk)
    phases = of_kind[DateKind.PHASE_START] | of_kind[DateKind.PHASE_END]
    concerned = models.Q(pk__in=of_kind[DateKind.LAUNCH]) | models.Q(
        milestones__in=of_kind[DateKind.MILESTONE]
    )
    activities = programme.activities.filter(concerned).values("pk")
    return {
        Phase: _lock(programme.phases.filter(pk__in=phases)),
        Activity: _lock(Activity.objects.filter(pk__in=activities)),
        Milestone: _lock(
            Milestone.objects.filter(
                pk__in=of_kind[DateKind.MILESTONE], activity__programme=programme
            )
        ),
    }


def _lock(rows: models.QuerySet[M]) -> dict[int, M]:
    return {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}


def _differences(
    schedule: Schedule, seen: Mapping[DateKey, Seen], now: Mapping[DateKey, Seen]
) -> Iterable[Difference]:
    for key in sorted(seen.keys() | now.keys()):
        old, new, dated = seen.get(key), now.get(key), schedule.dates.get(key)
        if old == new:
            continue
        if old is None:
            code = "joins"
        elif dated is not None and dated.day != old.before:
            code = "moved"
        elif new is None:
            code = "stays"
        else:
            code = "target" if new.after != old.after else "changed"
        yield Difference(code, key, dated, old)


def _write(rows: Rows, changes: Iterable[Change]) -> None:
    touched: dict[type[models.Model], dict[int, Any]] = defaultdict(dict)
    for change in changes:
        kind, pk = change.dated.key
        model, column = _WHERE[kind]
        setattr(rows[model][pk], column, change.after)
        touched[model][pk] = rows[model][pk]
    for model, found in touched.items():
        columns = [column for owner, column in _WHERE.values() if owner is model]
        # The database's own triggers move the versions on.
        model._default_manager.bulk_update(found.values(), columns)


def _record(
    programme: Programme,
    changes: Iterable[Change],
    *,
    by: User,
    at: datetime,
    reason: str,
) -> Shift:
    made = Shift.objects.create(
        programme=programme, by=by, at=at, reason=reason.strip()
    )
    ShiftedDate.objects.bulk_create(
        ShiftedDate(
            shift=made,
            kind=one.dated.key.kind,
            activity_id=one.dated.activity_id,
            **_owner(one.dated.key),
            before=one.before,
            after=one.after,
        )
        for one in changes
    )
    return made


def _owner(key: DateKey) -> dict[str, int]:
    """Return whose date it is, besides its activity's."""
    if key.kind == DateKind.LAUNCH:
        return {}
    owner = "milestone_id" if key.kind == DateKind.MILESTONE else "phase_id"
    return {owner: key.pk}
