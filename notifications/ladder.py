"""Ladders: those that hold by default, and those that a programme has of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from notifications.models import Audience, Ladder, LadderStep
from rollout.models import (
    REMINDED,
    DeadlineKind,
    Nudge,
    Programme,
    SettingArea,
    User,
    Verb,
)
from rollout.services import Invalid, note_change, require

#: Offset in working days, interval at which it repeats, the latest one, and to whom.
Step = tuple[int, int | None, int | None, Audience]


def _told(*offsets: int) -> tuple[Step, ...]:
    return tuple((offset, None, None, Audience.RESPONSIBLE) for offset in offsets)


def _again(offset: int, *, every: int, until: int | None = None) -> tuple[Step, ...]:
    return ((offset, every, until, Audience.RESPONSIBLE),)


def _asked(*offsets: int) -> tuple[Step, ...]:
    """Return a step for each of the others, in the order in which they are asked."""
    others = [one for one in Audience if one != Audience.RESPONSIBLE]
    return tuple(
        (offset, None, None, audience)
        for offset, audience in zip(offsets, others, strict=True)
    )


#: By kind; the empty one is every other deadline.
DEFAULTS: dict[str, tuple[Step, ...]] = {
    "": _told(-20, -5, 0) + _again(5, every=5, until=60) + _asked(10, 15, 20, 30),
    # Late accounts cost the programme its payments, so they begin early.
    DeadlineKind.ACCOUNTS: (
        _told(-60, -30, -14, -5, 0)
        + _again(5, every=5, until=60)
        + _asked(5, 10, 15, 20)
    ),
    # Others decide; who waits for them is only asked how it went.
    DeadlineKind.CONDITION: _told(-5, 1) + _again(10, every=10, until=60),
    # Money that has expired is not overdue: nothing can be done about it.
    DeadlineKind.GRANT: _told(-60, -20, 0),
    # A few words now and then, and no more: whoever wants to leave it so may.
    Nudge.NO_MILESTONE: _again(10, every=20, until=70),
    Nudge.UNTOUCHED: _again(60, every=30, until=120),
}


@transaction.atomic
def ensure_default_ladders() -> None:
    """Make the ladders of :data:`DEFAULTS` that are missing; those there stay."""
    for kind, steps in DEFAULTS.items():
        ladder, made = Ladder.objects.get_or_create(programme=None, kind=kind)
        if made:
            LadderStep.objects.bulk_create(
                LadderStep(
                    ladder=ladder,
                    offset_days=offset,
                    repeat_every=repeat,
                    until=until,
                    audience=audience,
                )
                for offset, repeat, until, audience in steps
            )


@dataclass(frozen=True)
class StepValues:
    """What one step of a ladder says, in working days from the due date."""

    offset_days: int
    repeat_every: int | None = None
    until: int | None = None
    audience: str = Audience.RESPONSIBLE


def ladder_of(programme: Programme, kind: str) -> Ladder | None:
    """Return the ladder that holds for a kind in a programme, as planning finds it."""
    kinds = [kind] if kind in Nudge.values else [kind, ""]
    return (
        Ladder.objects.filter(Q(programme=programme) | Q(programme=None))
        .filter(kind__in=kinds)
        .order_by(F("programme").asc(nulls_last=True), "-kind")
        .prefetch_related("steps")
        .first()
    )


@transaction.atomic
def set_ladder(
    programme: Programme,
    kind: str,
    steps: Sequence[StepValues],
    *,
    by: User,
    at: datetime,
) -> Ladder:
    """Give a programme a ladder of its own for a kind, or change it.

    Raises Invalid for steps that make no sense together, and LookupError for a kind
    of which nobody is reminded.
    """
    require(by, "rollout.edit_programme", programme)
    if kind not in dict(REMINDED):
        raise LookupError(kind)
    _check(kind, steps)
    ladder, _made = Ladder.objects.select_for_update().get_or_create(
        programme=programme, kind=kind
    )
    ladder.steps.all().delete()
    LadderStep.objects.bulk_create(
        LadderStep(ladder=ladder, **asdict(step)) for step in steps
    )
    note_change(programme, SettingArea.LADDERS, Verb.CHANGED, kind, by=by, at=at)
    return ladder


@transaction.atomic
def drop_ladder(programme: Programme, kind: str, *, by: User, at: datetime) -> None:
    """Let the standard ladder hold again for a kind."""
    require(by, "rollout.edit_programme", programme)
    Ladder.objects.filter(programme=programme, kind=kind).delete()
    note_change(programme, SettingArea.LADDERS, Verb.REMOVED, kind, by=by, at=at)


def _check(kind: str, steps: Sequence[StepValues]) -> None:
    places = [(step.offset_days, step.audience) for step in steps]
    if len(set(places)) < len(places):
        raise Invalid(_("Two steps to the same person fall on the same day."))
    told = [s.offset_days for s in steps if s.audience == Audience.RESPONSIBLE]
    for step in steps:
        if kind in Nudge.values and step.offset_days < 1:
            raise Invalid(_("A nudge counts from a day that has passed."))
        if step.audience == Audience.RESPONSIBLE:
            _check_repetition(step)
        elif step.offset_days < 1 or step.repeat_every:
            raise Invalid(_("Others are asked once, and only when it is overdue."))
        elif not any(offset < step.offset_days for offset in told):
            raise Invalid(
                _("Before others are asked, a step to who is responsible must say so.")
            )


def _check_repetition(step: StepValues) -> None:
    if step.repeat_every is None:
        if step.until is not None:
            raise Invalid(_("Only a step that is repeated has a latest step."))
    elif step.offset_days < 1:
        raise Invalid(_("Only a step after the due date can be repeated."))
    elif step.until is not None and step.until < step.offset_days:
        raise Invalid(_("The latest step lies before the first."))


def after_migrate(**kwargs: Any) -> None:
    """Receive Django's ``post_migrate``: an empty database gets its ladders."""
    # After `migrate notifications zero` there is no table to fill.
    if Ladder._meta.db_table in connection.introspection.table_names():
        ensure_default_ladders()
