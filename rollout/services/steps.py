"""Many steps at once: all of them or none, or as many as can be taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rollout.models import Activity, User
from workflows.engine import Refused, perform


@dataclass(frozen=True)
class Step:
    """One transition of one activity, on the version that the person saw."""

    #: Key of the activity.
    activity: int
    version: int
    transition: str
    reason: str = ""
    #: Whether to go ahead although something is missing.
    override: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a step: the activity as it is now, or why not."""

    step: Step
    moved: Activity | None = None
    refusal: Refused | Activity.DoesNotExist | None = None


def perform_all(
    steps: Sequence[Step], *, by: User, at: datetime, partial: bool = False
) -> list[Outcome]:
    """Take the steps, one for each activity, and tell what became of each in order.

    An activity that the person may not see is as one that does not exist. Where any
    step is refused nothing is changed, unless ``partial``: then the others are taken.
    """
    with transaction.atomic():
        taken = {one.step.activity: one for one in _taken(steps, by=by, at=at)}
        found = [taken[step.activity] for step in steps]
        if not partial and any(one.refusal for one in found):
            transaction.set_rollback(True)
    return found


def _taken(steps: Sequence[Step], *, by: User, at: datetime) -> Iterator[Outcome]:
    seen = Activity.objects.visible_to(by).in_bulk([one.activity for one in steps])
    # In order of key, so that no two callers wait for one another.
    for step in sorted(steps, key=lambda one: one.activity):
        activity = seen.get(step.activity)
        if activity is None:
            yield Outcome(step, refusal=Activity.DoesNotExist())
            continue
        try:
            with transaction.atomic():
                moved = perform(
                    *(activity, step.transition),
                    by=by,
                    at=at,
                    reason=step.reason,
                    expected_version=step.version,
                    override=step.override,
                )
        except Refused as refusal:
            yield Outcome(step, refusal=refusal)
        else:
            yield Outcome(step, moved=moved)
