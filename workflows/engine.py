"""The only way an object changes state: locked, checked, recorded, announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.guards import Actor, Move, Reason
from workflows.machine import Rule, rules_of, state_field
from workflows.models import StatefulModel, TransitionRecord
from workflows.signals import transitioned

T = TypeVar("T", bound=StatefulModel)

#: Permission to go ahead although a guard is unmet; the domain says who holds it.
OVERRIDE_PERMISSION = "workflows.override_guard"


class Refused(Exception):
    """The transition was refused and nothing was changed."""


class NotAllowed(Refused):
    """The person may not do this (HTTP 403)."""


class Blocked(Refused):
    """Not now: :attr:`reasons` lists everything that is missing (HTTP 409)."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = list(reasons)
        super().__init__(" · ".join(str(reason.text) for reason in self.reasons))


class Stale(Refused):
    """Somebody was faster: the object is no longer what was seen (HTTP 412)."""

    def __init__(self, current_version: int) -> None:
        self.current_version = current_version
        super().__init__(
            _("Somebody else changed this in the meantime (version %(version)s).")
            % {"version": current_version}
        )


@dataclass(frozen=True)
class Option:
    """One transition as it stands for one person now."""

    rule: Rule
    #: Whether this person may perform it at all.
    allowed: bool
    #: Everything that is missing; empty when nothing stands in the way.
    reasons: list[Reason] = field(default_factory=list)
    #: Whether this person may go ahead although reasons stand in the way.
    overridable: bool = False

    @property
    def possible(self) -> bool:
        """Whether it would succeed without an override."""
        return self.allowed and not self.reasons


def options(obj: StatefulModel, *, by: Actor, at: datetime) -> list[Option]:
    """List every transition that starts in the object's present state."""
    state = getattr(obj, state_field(type(obj)).name)
    move = Move(by=by, at=at)
    return [
        _option(obj, rule, move)
        for rule in rules_of(type(obj)).values()
        if state in rule.sources
    ]


def _option(obj: StatefulModel, rule: Rule, move: Move) -> Option:
    allowed = move.by is not None and move.by.has_perm(rule.permission, obj)
    reasons = _missing(obj, rule, move)
    overridable = (
        bool(reasons)
        and allowed
        and all(reason.overridable for reason in reasons)
        and _may_override(obj, move)
    )
    return Option(rule, allowed, reasons, overridable)


def _missing(obj: StatefulModel, rule: Rule, move: Move) -> list[Reason]:
    return [reason for guard in rule.guards for reason in guard(obj, move)]


def _may_override(obj: StatefulModel, move: Move) -> bool:
    return move.by is not None and move.by.has_perm(OVERRIDE_PERMISSION, obj)


def perform(
    obj: T,
    name: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
    override: bool = False,
) -> T:
    """Perform the transition ``name`` and return the fresh object, with its record.

    One transaction locks and re-reads the row, checks version, permission, source
    state and every guard, applies the effect, writes history and state, and sends
    :data:`workflows.signals.transitioned`. With ``override`` an actor who holds
    :data:`OVERRIDE_PERMISSION` goes ahead in spite of unmet guards; ``reason`` is
    then the justification and the record keeps the guards' codes.

    Raises :class:`Stale`, :class:`NotAllowed` or :class:`Blocked` (in this order
    of precedence), and LookupError for a transition that the model lacks.
    """
    rule = rules_of(type(obj)).get(name)
    if rule is None:
        raise LookupError(f"{type(obj).__name__} has no transition {name!r}")
    move = Move(by=by, at=at, reason=reason.strip())
    with transaction.atomic():
        fresh = _locked(obj)
        _require_version(fresh, expected_version)
        _require_permission(fresh, rule, move)
        _require_source(fresh, rule)
        overridden = _require_guards(fresh, rule, move, override=override)
        source = getattr(fresh, state_field(type(fresh)).name)
        getattr(fresh, name)(by=by, at=at, reason=move.reason)
        fresh.version += 1
        record = _record(fresh, rule.name, source, move, overridden)
        fresh.just_recorded = record
        fresh.save()
        transitioned.send(sender=type(fresh), obj=fresh, record=record)
    return fresh


def _locked(obj: T) -> T:
    """Return the row as it is now, and keep everybody else from changing it."""
    rows = type(obj)._base_manager.select_for_update(of=("self",))
    # Without a name Django would read everything along.
    locked: T = rows.select_related(*obj.read_along or (None,)).get(pk=obj.pk)
    return locked


def _require_version(obj: StatefulModel, expected: int | None) -> None:
    if expected is not None and obj.version != expected:
        raise Stale(obj.version)


def _require_permission(obj: StatefulModel, rule: Rule, move: Move) -> None:
    if move.by is None or not move.by.has_perm(rule.permission, obj):
        raise NotAllowed(_("You may not do this: %(label)s.") % {"label": rule.label})


def _require_source(obj: StatefulModel, rule: Rule) -> None:
    state_now = state_field(type(obj))
    if getattr(obj, state_now.name) in rule.sources:
        return
    raise Blocked(
        [
            Reason(
                code="wrong_state",
                text=gettext_lazy("This is not possible in the state “%(state)s”.")
                % {"state": obj._get_FIELD_display(state_now)},  # type: ignore[attr-defined]
                overridable=False,
            )
        ]
    )


def _require_guards(
    obj: StatefulModel, rule: Rule, move: Move, *, override: bool
) -> list[str]:
    """Return the codes of the guards that were overridden, or raise Blocked."""
    reasons = _missing(obj, rule, move)
    insists = (rule.needs_reason or (override and reasons)) and not move.reason
    if insists:
        reasons.append(
            Reason(
                code="reason_missing",
                text=gettext_lazy("A reason must be given."),
                overridable=False,
            )
        )
    if not reasons:
        return []
    if not override or not all(reason.overridable for reason in reasons):
        raise Blocked(reasons)
    if not _may_override(obj, move):
        raise NotAllowed(_("You may not go ahead while something is missing."))
    return [reason.code for reason in reasons]


def _record(
    obj: StatefulModel, name: str, source: str, move: Move, overridden: list[str]
) -> TransitionRecord:
    """Write the history row; the database allows the state only after it.

    Sequence and hashes are the database's own, so no writer can forge them.
    """
    history: Any = obj.history  # type: ignore[attr-defined]
    record: TransitionRecord = history.create(
        transition=name,
        source=source,
        target=getattr(obj, state_field(type(obj)).name),
        by=move.by,
        at=move.at,
        reason=move.reason,
        overridden=overridden,
        version=obj.version,
    )
    return record


def adopt(
    obj: T,
    state: str,
    *,
    at: datetime,
    by: Actor | None = None,
    reason: str,
    **values: Any,
) -> T:
    """Put a newly created object into a later state, skipping the steps between.

    For imports only: what already runs when the programme begins was launched
    before it. The history says so with the transition ``adopt``. ``values`` are
    further fields that the state brings with it, such as the date of a finished
    milestone. Raises ValueError for an object that already has a history.
    """
    name = state_field(type(obj)).name
    with transaction.atomic():
        fresh = _locked(obj)
        if fresh.history.exists():  # type: ignore[attr-defined]
            raise ValueError(f"{fresh} already has a history and cannot be adopted")
        source = getattr(fresh, name)
        for field, value in {name: state, **values}.items():
            setattr(fresh, field, value)
        fresh.version += 1
        move = Move(by=by, at=at, reason=reason)
        record = _record(fresh, "adopt", source, move, [])
        fresh.save()
        transitioned.send(sender=type(fresh), obj=fresh, record=record)
    return fresh
