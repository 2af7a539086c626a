"""Removes example data, save what real history or real entries still need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    AppliedPlan,
    ClosingPeriod,
    DataRequest,
    Evaluation,
    Grant,
    Measurement,
    Membership,
    Milestone,
    MilestoneTemplate,
    MonitoringRound,
    Partner,
    Phase,
    Programme,
    Shift,
    User,
)
from rollout.plans import kinds
from rollout.plans.memory import EXAMPLE, invented, remembered
from rollout.plans.rows import Snapshot, load
from rollout.plans.schema import Field
from rollout.plans.values import Many, Ref, Value
from workflows.history import disposing

Keys = tuple[str, ...]

#: What is removed, in an order in which little stands in the way, with the lookup to
#: the programme. People follow on their own.
_REMOVED: tuple[tuple[type[models.Model], str], ...] = (
    (Measurement, "indicator__objective__focus_area__programme"),
    (Evaluation, "activity__programme"),
    (DataRequest, "round__programme"),
    (MonitoringRound, "programme"),
    (Milestone, "activity__programme"),
    (MilestoneTemplate, "programme"),
    (Grant, "programme"),
    (Phase, "programme"),
    (ClosingPeriod, "programme"),
)

#: Where real rows may name an example person as responsible.
_RESPONSIBLE: tuple[tuple[type[models.Model], str], ...] = (
    (Activity, "responsible"),
    (Milestone, "responsible"),
    (MonitoringRound, "responsible"),
    (DataRequest, "responsible"),
    (Partner, "lead"),
    (User, "stand_in"),
)


@dataclass
class Dropped:
    """What was removed, what was cleared in real rows, and what had to stay."""

    removed: Counter[str] = field(default_factory=Counter)
    #: Real rows from which an invented statement was taken out, with the fields.
    cleared: dict[str, list[str]] = field(default_factory=dict)
    #: Example rows that stay, each with the reason.
    kept: list[str] = field(default_factory=list)

    def clear(self, row: Any, column: str) -> None:
        """Note that a column of a real row was emptied or set back."""
        name = str(row._meta.get_field(column).verbose_name)
        fields = self.cleared.setdefault(str(row), [])
        if name not in fields:
            fields.append(name)

    def lines(self) -> Iterable[str]:
        """Yield the result as a report."""
        for name, count in self.removed.items():
            yield f"- {capfirst(name)}: {count}"
        for row, fields in self.cleared.items():
            yield f"~ {row}: {', '.join(fields)}"
        for what in self.kept:
            yield "= " + what


@transaction.atomic
def drop_examples(programme: Programme) -> Dropped:
    """Remove the programme's example data; running it again removes nothing more.

    An example person whom a history names is deactivated and stays, since history is
    never rewritten. An example row to which real rows belong stays too. All of it is
    in the result.
    """
    dropped = Dropped()
    _take_back_assignments(programme, dropped)
    members = User.objects.filter(is_example=True, memberships__programme=programme)
    people = list(members)
    _clear_responsible(people, dropped)
    for model, path in _REMOVED:
        rows = model._default_manager.filter(**{path: programme, "is_example": True})
        for row in rows:
            _remove(row, dropped)
    # What moved only example data has nothing left to tell.
    Shift.objects.filter(programme=programme, dates=None).delete()
    for person in people:
        _remove_person(person, programme, dropped)
    _forget(programme)
    return dropped


def _take_back_assignments(programme: Programme, dropped: Dropped) -> None:
    """Undo what the example file said of real activities, unless people changed it."""
    snapshot = load(programme.code)
    memory = remembered(programme)
    for row in snapshot.of(kinds.ACTIVITY, is_example=False):
        for name, value in invented(memory, row).items():
            _give_back(snapshot, row.instance, kinds.ACTIVITY.field(name), value)
            dropped.clear(row.instance, kinds.ACTIVITY.field(name).column)


def _give_back(
    snapshot: Snapshot, activity: Activity, schema_field: Field, value: Value
) -> None:
    """Set an activity's reference to the real value, or to none."""
    if isinstance(schema_field.type, Many):
        partners = [snapshot.find("partner", key) for key in cast(Keys, value)]
        activity.contributors.set([row.instance for row in partners if row])
        return
    target = cast(Ref, schema_field.type).to
    found = snapshot.find(target, str(value)) if value else None
    owner = found and (found.instance.user if target == "person" else found.instance)
    setattr(activity, schema_field.column, owner)
    activity.save(update_fields=[schema_field.column])


def _clear_responsible(people: list[User], dropped: Dropped) -> None:
    for model, column in _RESPONSIBLE:
        for row in model._default_manager.filter(**{f"{column}__in": people}):
            setattr(row, column, None)
            row.save(update_fields=[column])
            if not getattr(row, "is_example", False):
                dropped.clear(row, column)


def _remove(row: Any, dropped: Dropped) -> None:
    reason = _stands_in_the_way(row)
    if not reason:
        try:
            with disposing():
                if hasattr(row, "history"):
                    row.history.all().delete()
                row.delete()
        except (ProtectedError, RestrictedError, DatabaseError):
            reason = _("other entries refer to it")
    name = str(row._meta.verbose_name)
    if reason:
        dropped.kept.append(
            _("%(kind)s “%(row)s” stays: %(reason)s.")
            % {"kind": capfirst(name), "row": row, "reason": reason}
        )
    else:
        dropped.removed[name] += 1


def _stands_in_the_way(row: Any) -> str:
    """Say which real entries would be lost with the row."""
    if isinstance(row, MonitoringRound) and row.data_requests.exists():
        return _("people ask for data in it")
    if (
        isinstance(row, DataRequest)
        and Measurement.objects.filter(Q(is_example=False), data_request=row).exists()
    ):
        return _("it has been answered")
    return ""


def _remove_person(person: User, programme: Programme, dropped: Dropped) -> None:
    memberships = Membership.objects.filter(user=person)
    memberships.filter(programme=programme).delete()
    if memberships.exists():
        return
    try:
        with transaction.atomic():
            person.delete()
    except (ProtectedError, RestrictedError, DatabaseError):
        person.is_active = False
        person.save(update_fields=["is_active"])
        dropped.kept.append(
            _("%(name)s is named in the history and stays, but can no longer log in.")
            % {"name": person}
        )
    else:
        dropped.removed[str(User._meta.verbose_name)] += 1


def _forget(programme: Programme) -> None:
    """Forget what example files stated, so that they can be applied anew."""
    applied = AppliedPlan.objects.filter(programme=programme).first()
    if applied is None:
        return
    real = {
        name: entries
        for name, entries in applied.entries.items()
        if not name.startswith(EXAMPLE)
    }
    if real != applied.entries:
        applied.entries = real
        applied.save(update_fields=["entries"])
