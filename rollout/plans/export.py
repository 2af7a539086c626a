"""Writes a programme in the database as a plan file: the same rows, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from rollout.models import PartnerKind
from rollout.plans import keys, kinds
from rollout.plans.memory import Memory, invented, plain
from rollout.plans.rows import Row, Snapshot
from rollout.plans.schema import Field, Kind
from rollout.plans.values import Many, Ref, Value

HEADER = "# yaml-language-server: $schema=plan.schema.json\n"

#: Not part of a plan: values are people's, and assignments stand with activities.
_NEVER = (kinds.MEASUREMENT, kinds.ASSIGNMENT)


def export(snapshot: Snapshot, memory: Memory, *, with_people: bool = False) -> str:
    """Return the programme as YAML, without example data.

    ``memory`` tells what example files said of real activities; it is left out too.

    People are personal data and are left out unless asked for, with every mention of
    them. Applied to an empty database, the result exports to the same text again.
    """
    for row in snapshot.of(kinds.ACTIVITY, is_example=False):
        row.values |= invented(memory, row)
    writer = _Exporter(snapshot, with_people=with_people)
    parts = [HEADER, _dumped({"format": kinds.FORMAT})]
    parts += [_dumped({key: value}) for key, value in writer.sections() if value]
    return "\n".join(parts)


class _Exporter:
    """Turns rows into the mappings and lists of a file."""

    def __init__(self, snapshot: Snapshot, *, with_people: bool) -> None:
        self.snapshot = snapshot
        self.with_people = with_people
        activities = snapshot.of(kinds.ACTIVITY, is_example=False)
        self.order = {row.key: self._order_of(row) for row in activities}

    def _order_of(self, activity: Row) -> tuple[Any, ...]:
        """Return where an activity stands: by area, then initiative, then place."""
        initiative = self._row("initiative", activity.values["initiative"])
        area = self._row("focus_area", initiative.values["focus_area"])
        place = self._row("place", activity.values["place"])
        above = (area, initiative, place)
        return tuple((row.values["position"], row.key) for row in above)

    def _row(self, kind_name: str, key: Value) -> Row:
        return self.snapshot.rows[(kind_name, False)][str(key)]

    def sections(self) -> Iterable[tuple[str, Any]]:
        """Yield the file's sections in their order."""
        for row in self._rows(kinds.PROGRAMME):
            yield kinds.PROGRAMME.section, self._entry(row)
        for kind in kinds.top_level():
            if kind not in _NEVER and (kind is not kinds.PERSON or self.with_people):
                yield kind.section, [self._entry(row) for row in self._rows(kind)]

    def _rows(self, kind: Kind, parent: Row | None = None) -> list[Row]:
        rows = [
            row
            for row in self.snapshot.of(kind, is_example=False)
            if parent is None or row.values.get(kind.parent) == parent.key
        ]
        return sorted(rows, key=self._rank)

    def _rank(self, row: Row) -> tuple[Any, ...]:
        """Return what a row is sorted by: its values, never its age in the database."""
        values = row.values
        match row.kind:
            case kinds.PARTNER:
                return (PartnerKind.values.index(str(values["kind"])), row.key)
            case kinds.ACTIVITY:
                return (self.order[row.key],)
            case kinds.MILESTONE:
                due = values.get("due") or date.max
                activity = self.order[str(values["activity"])]
                return (activity, values["position"], due, row.key)
        first = values.get("position") or values.get("due") or values.get("starts_on")
        return (first is None, first, row.key)

    def _entry(self, row: Row) -> dict[str, Any]:
        entry = {
            f.name: _written(value, f)
            for f in row.kind.written
            if (value := self._kept(row, f)) is not None
        }
        for child in kinds.children(row.kind):
            inner = [self._entry(below) for below in self._rows(child, row)]
            if inner:
                entry[child.section] = inner
        return entry

    def _kept(self, row: Row, schema_field: Field) -> Value:
        """Return the value as the file states it; None where it says nothing."""
        value = row.values.get(schema_field.name)
        if schema_field.is_required:
            return value
        if schema_field.name == "state" and row.values.get("launched_on"):
            return value
        if schema_field.name == "number" and value == 1:
            return None
        if value is False and schema_field.name == "head":
            return None
        if isinstance(schema_field.type, Ref):
            return value if self._is_known(schema_field.type.to, value) else None
        if isinstance(value, tuple):
            return self._kept_list(row, schema_field, value) or None
        return None if value == schema_field.default else value

    def _kept_list(
        self, row: Row, schema_field: Field, value: tuple[str, ...]
    ) -> tuple[str, ...]:
        inner = schema_field.type.of if isinstance(schema_field.type, Many) else None
        if not isinstance(inner, Ref):
            return value
        known = tuple(key for key in value if self._is_known(inner.to, key))
        if inner.to != "milestone":
            return known
        activity = str(row.values["activity"])
        return tuple(keys.short_milestone(key, activity) for key in known)

    def _is_known(self, kind_name: str, key: Value) -> bool:
        """Say whether the file holds what is referred to: no examples, no people."""
        if kind_name in ("programme", "earlier initiative"):
            return key is not None
        if kind_name == "person" and not self.with_people:
            return False
        return key in self.snapshot.rows.get((kind_name, False), {})


class _Flow(list[str]):
    """A list that is written in brackets on one line."""


def _written(value: Value, schema_field: Field) -> Any:
    if isinstance(value, tuple):
        return _Flow(value)
    return value


class _Dumper(yaml.SafeDumper):
    """Indents lists, writes short ones in brackets and long texts as blocks."""

    def increase_indent(self, *args: Any, **options: Any) -> None:
        """Indent the entries of a list under their key."""
        super().increase_indent(*args, **options | {"indentless": False})


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = str(plain(number))
    tag = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


def _flow(dumper: yaml.SafeDumper, items: _Flow) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(_Flow, _flow)


def _dumped(part: dict[str, Any]) -> str:
    return yaml.dump(
        part, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=88
    )
