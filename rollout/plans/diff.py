"""Compares a plan with the database: what it adds, what it changes, what it leaves."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rollout.plans import kinds
from rollout.plans.document import Document, Entry
from rollout.plans.memory import EXAMPLE, plain, remembered
from rollout.plans.rows import Row, Snapshot
from rollout.plans.schema import Field
from rollout.plans.values import Value, WorkingDays


class Left(enum.Enum):
    """Why a difference is left as it is."""

    ONCE = "once"
    EDITED = "edited"
    REAL = "real"


@dataclass(frozen=True)
class Difference:
    """One field that file and database do not agree on."""

    field: Field
    old: Value
    new: Value
    #: Why it stays; None where the file's value is written.
    left: Left | None = None
    #: Whether people changed the field too since the plan was last applied.
    is_conflict: bool = False


@dataclass(frozen=True)
class Change:
    """What the plan means for one entry that exists."""

    entry: Entry
    row: Row
    differences: list[Difference]

    @property
    def written(self) -> list[Difference]:
        """The differences that applying the plan removes."""
        return [d for d in self.differences if d.left is None]


@dataclass
class Diff:
    """Everything that applying a plan would do, and would not do."""

    document: Document
    snapshot: Snapshot
    added: list[Entry] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    #: Differences that are left to people.
    kept: list[Change] = field(default_factory=list)
    #: Entries of an example file whose name a real entry has.
    taken: list[Entry] = field(default_factory=list)
    #: In the database, not in the file, though the file has their section.
    unmentioned: list[Row] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether applying the plan would change nothing."""
        return not self.added and not self.changed


def compare(document: Document, snapshot: Snapshot) -> Diff:
    """Return what applying the document to the database would do."""
    diff = Diff(document, snapshot)
    memory = remembered(snapshot.programme)
    for entry in document.entries:
        if _is_taken(entry, document, snapshot):
            diff.taken.append(entry)
            continue
        row = snapshot.get(entry.kind, entry.key, is_example=_sort(entry, document))
        if row is None:
            diff.added.append(entry)
            continue
        stated = memory.get(memory_name(entry, document), {}).get(entry.key, {})
        differences = list(_differences(entry, row, stated))
        written = [d for d in differences if d.left is None]
        left = [d for d in differences if d.left is not None]
        if written:
            diff.changed.append(Change(entry, row, written))
        if left:
            diff.kept.append(Change(entry, row, left))
    diff.unmentioned = list(_unmentioned(document, snapshot))
    return diff


def memory_name(entry: Entry, document: Document) -> str:
    """Return under which name the statements on this kind of entry are remembered."""
    return (EXAMPLE if document.is_example else "") + entry.kind.name


def _sort(entry: Entry, document: Document) -> bool:
    """Say whether the entry is matched with example rows."""
    return document.is_example and entry.kind.has_examples


def _is_taken(entry: Entry, document: Document, snapshot: Snapshot) -> bool:
    """Say whether an example entry would collide with real data."""
    if not _sort(entry, document):
        return False
    outsider = snapshot.outsiders.get(entry.key) if entry.kind is kinds.PERSON else None
    if outsider is not None and not outsider.is_example:
        return True
    return snapshot.get(entry.kind, entry.key, is_example=False) is not None


def _differences(
    entry: Entry, row: Row, stated: dict[str, Any]
) -> Iterator[Difference]:
    for schema_field in entry.kind.fields:
        name = schema_field.name
        if name not in entry.values:
            continue
        old, new = row.values.get(name), entry.values[name]
        if _is_same(old, new) or isinstance(new, WorkingDays):
            # A relative date was settled on the day of the first application.
            continue
        is_edited = name in stated and stated[name] != plain(old)
        left = None
        if schema_field.is_once:
            left = Left.ONCE
        elif is_edited and stated[name] == plain(new):
            left = Left.EDITED
        yield Difference(schema_field, old, new, left, is_edited)


def _is_same(old: Value, new: Value) -> bool:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return sorted(old) == sorted(new)
    return old == new


def _unmentioned(document: Document, snapshot: Snapshot) -> Iterator[Row]:
    if document.is_addition and not document.is_example:
        return
    named = {(entry.kind.name, entry.key) for entry in document.entries}
    for kind in kinds.KINDS:
        if kind in (kinds.PROGRAMME, kinds.ASSIGNMENT):
            continue
        top = kind
        while top.parent:
            top = kinds.BY_NAME[top.parent]
        if top.section not in document.sections:
            continue
        is_example = document.is_example and kind.has_examples
        for row in snapshot.of(kind, is_example=is_example):
            if (kind.name, row.key) not in named:
                yield row
