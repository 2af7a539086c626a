"""Writes what a plan adds and changes, and never what is people's."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.db import DatabaseError, models
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import (
    AppliedPlan,
    MeasurementStatus,
    Programme,
    Readiness,
)
from rollout.models.protection import protect_all, protect_programme
from rollout.plans import kinds, people
from rollout.plans.diff import Change, Diff, memory_name
from rollout.plans.document import Entry, siblings
from rollout.plans.memory import plain, remembered
from rollout.plans.schema import Field, Kind
from rollout.plans.values import Many, Ref, Value, WorkingDays
from workflows.engine import adopt
from workflows.models import StatefulModel
from workflows.schedule import in_order

#: Dates that the database accepts only together with the state.
_WITH_STATE = ("done_on", "agreed_on")
#: Fields that are no column of the entry's own row.
_NOT_COLUMNS = ("number", "readiness", "state", *_WITH_STATE)


class Writer:
    """Writes one diff, kind after kind, so that references find their rows."""

    def __init__(
        self, diff: Diff, *, at: datetime, tell: services.Progress = services.silently
    ) -> None:
        self.diff = diff
        self.document = diff.document
        self.at = at
        self.tell = tell
        self.done, self.total = 0, len(diff.added) + len(diff.changed)
        self.today = timezone.localdate(at)
        self.programme = diff.snapshot.programme
        #: Rows written now, by kind and key.
        self.written: dict[tuple[str, str], Any] = {}
        #: The highest position given so far, by siblings.
        self.last_position: dict[tuple[str, Value], int] = {}

    def write(self) -> None:
        """Write everything. Raises BadPlan where the database refuses an entry."""
        for kind in kinds.KINDS:
            new = [entry for entry in self.diff.added if entry.kind is kind]
            created = [
                (entry, self._guarded(entry, self._create, entry))
                for entry in _in_writing_order(kind, new)
            ]
            for entry, instance in created:
                self._set_many(kind, instance, entry.values)
            for change in self.diff.changed:
                if change.entry.kind is kind:
                    self._guarded(change.entry, self._update, change)
        self._protect()
        self._remember()

    def _protect(self) -> None:
        """Renew which values are hidden where they add up or count otherwise now."""
        fields = {
            (change.entry.kind.name, one.field.name)
            for change in self.diff.changed
            for one in change.written
        }
        if (kinds.PLACE.name, "parent") in fields:
            protect_programme(self._the_programme())
            return
        for change in self.diff.changed:
            if change.entry.kind is kinds.INDICATOR:
                protect_all(change.row.instance)

    def _guarded(self, entry: Entry, write: Any, argument: Any) -> Any:
        self.tell(self.done, self.total)
        self.done += 1
        try:
            return write(argument)
        except DatabaseError as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            self.document.report(
                "refused",
                entry,
                "",
                _("The database refuses it: %(reason)s.") % {"reason": reason},
                _("Nothing was changed. Correct the entry, or report this."),
            )
            self.document.reading.refuse()

    def _create(self, entry: Entry) -> Any:
        kind = entry.kind
        if kind is kinds.PERSON:
            return self._create_person(entry)
        if kind is kinds.ASSIGNMENT:
            # Its activity is as new as itself.
            return self._set_columns(
                self._instance("activity", entry.key), kind, entry.values
            )
        columns = self._columns(kind, entry.values)
        if kind.has_positions and "position" not in columns:
            columns["position"] = self._next_position(entry)
        instance = kind.model(**columns)
        if kind.has_examples:
            cast(Any, instance).is_example = self.document.is_example
        if kind.programme_path == "programme":
            cast(Any, instance).programme = self._the_programme()
        if kind is kinds.MEASUREMENT:
            cast(Any, instance).status = MeasurementStatus.APPROVED
            cast(Any, instance).approved_at = self.at
        instance.save(force_insert=True)
        self._give_state(instance, entry)
        self.written[(kind.name, entry.key)] = instance
        if kind is kinds.PROGRAMME:
            self.programme = cast(Programme, instance)
        if kind is kinds.ACTIVITY:
            self._give_readiness(instance, entry)
        return instance

    def _next_position(self, entry: Entry) -> int:
        """Return the place after the last of the entry's siblings."""
        group = siblings(entry.kind, entry.values)
        if group not in self.last_position:
            self.last_position[group] = max(
                (
                    cast(int, row.values["position"])
                    for is_example in (False, True)
                    for row in self.diff.snapshot.of(entry.kind, is_example=is_example)
                    if siblings(entry.kind, row.values) == group
                ),
                default=0,
            )
        self.last_position[group] += 1
        return self.last_position[group]

    def _create_person(self, entry: Entry) -> Any:
        membership = people.create(
            entry,
            programme=self._the_programme(),
            partner=self._instance("partner", entry.values.get("partner")),
            known=self.diff.snapshot.outsiders.get(entry.key),
            is_example=self.document.is_example,
        )
        self.written[(entry.kind.name, entry.key)] = membership.user
        return membership

    def _give_state(self, instance: models.Model, entry: Entry) -> None:
        """Put what is under way already into its state, through the engine."""
        if not isinstance(instance, StatefulModel):
            return
        state_field = entry.kind.field("state")
        state = entry.values.get("state", state_field.default)
        if state == state_field.default:
            return
        dates = {
            name: self._stored(entry.kind, entry.kind.field(name), entry.values[name])
            for name in _WITH_STATE
            if entry.values.get(name) is not None
        }
        reason = _("Taken over from the plan file.")
        adopt(instance, str(state), at=self.at, reason=reason, **dates)

    def _give_readiness(self, activity: Any, entry: Entry) -> None:
        services.make_readiness([activity])
        met = cast(tuple[str, ...], entry.values.get("readiness", ()))
        if met:
            checks = Readiness.objects.filter(activity=activity, aspect__in=met)
            checks.update(is_met=True, on=self.today)

    def _update(self, change: Change) -> None:
        kind, values = change.entry.kind, {d.field.name: d.new for d in change.written}
        if kind is kinds.PERSON:
            people.update(
                change.row.instance,
                values,
                partner=self._instance("partner", values.get("partner")),
            )
            return
        self._set_columns(change.row.instance, kind, values)
        self._set_many(kind, change.row.instance, values)

    def _set_columns(self, instance: Any, kind: Kind, values: dict[str, Value]) -> Any:
        columns = self._columns(kind, values)
        for column, value in columns.items():
            setattr(instance, column, value)
        if columns:
            instance.save(update_fields=list(columns))
        return instance

    def _columns(self, kind: Kind, values: dict[str, Value]) -> dict[str, Any]:
        """Return the columns of the entry's own row with the values to store."""
        return {
            f.column: self._stored(kind, f, values[f.name])
            for f in kind.fields
            if f.name in values
            and f.name not in _NOT_COLUMNS
            and not _is_many_to_many(f)
            and not (kind is kinds.ASSIGNMENT and f.name == "activity")
        }

    def _set_many(self, kind: Kind, instance: Any, values: dict[str, Value]) -> None:
        for f in kind.fields:
            if f.name in values and _is_many_to_many(f):
                target = cast(Ref, cast(Many, f.type).of).to
                keys = cast(tuple[str, ...], values[f.name])
                getattr(instance, f.column).set(
                    [self._instance(target, key) for key in keys]
                )

    def _stored(self, kind: Kind, schema_field: Field, value: Value) -> Any:
        """Return a value as its column holds it."""
        if isinstance(schema_field.type, Ref):
            return self._instance(schema_field.type.to, cast(str | None, value))
        if isinstance(value, tuple):
            return list(value)
        if isinstance(value, WorkingDays):
            calendar = self._the_programme().working_calendar()
            return calendar.add(self.today, value.days)
        column = kind.model._meta.get_field(schema_field.column)
        is_text = isinstance(column, models.CharField | models.TextField)
        return "" if value is None and is_text else value

    def _instance(self, kind_name: str, key: Value) -> Any:
        """Return the row that a reference means, None for no reference."""
        if key is None:
            return None
        key = str(key)
        if kind_name in ("programme", "earlier initiative"):
            return self.diff.snapshot.elsewhere[key]
        if (kind_name, key) in self.written:
            return self.written[(kind_name, key)]
        row = self.diff.snapshot.find(
            kind_name, key, is_example=self.document.is_example
        )
        if row is None:
            raise LookupError(f"No {kind_name} {key!r}")
        return row.instance.user if kind_name == "person" else row.instance

    def _the_programme(self) -> Programme:
        if self.programme is None:
            raise LookupError(self.document.programme)
        return self.programme

    def _remember(self) -> None:
        """Note what the file stated, to know people's changes from the plan's."""
        programme = self._the_programme()
        before = remembered(self.diff.snapshot.programme)
        memory = copy.deepcopy(before)
        for entry in self.document.entries:
            if entry in self.diff.taken:
                continue
            name = memory_name(entry, self.document)
            stated = memory.setdefault(name, {}).setdefault(entry.key, {})
            stated.update({key: plain(value) for key, value in entry.values.items()})
        if memory != before or not self.diff.is_empty:
            AppliedPlan.objects.update_or_create(
                programme=programme,
                defaults={"entries": memory, "applied_at": self.at},
            )


def _is_many_to_many(schema_field: Field) -> bool:
    value_type = schema_field.type
    return isinstance(value_type, Many) and isinstance(value_type.of, Ref)


def _in_writing_order(kind: Kind, entries: list[Entry]) -> Iterable[Entry]:
    """Return parents before what is part of them, and number 1 before number 2."""
    if kind.is_numbered:
        return sorted(entries, key=lambda e: cast(int, e.values.get("number") or 1))
    if kind not in (kinds.PLACE, kinds.INITIATIVE):
        return entries
    by_key = {entry.key: entry for entry in entries}
    parents = {
        entry.key: [str(entry.values["parent"])] if entry.values.get("parent") else []
        for entry in entries
    }
    return [by_key[key] for key in in_order(parents) if key in by_key]
