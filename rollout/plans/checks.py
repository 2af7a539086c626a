"""Checks the entries of a plan against each other and against the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, cast

from django.utils.translation import gettext as _

from rollout.plans import kinds, rules
from rollout.plans.document import Document, Entry
from rollout.plans.rows import Snapshot
from rollout.plans.schema import Field
from rollout.plans.tree import Path, Sequence, Table, node_at
from rollout.plans.values import Many, Ref, WorkingDays, did_you_mean, short
from workflows.schedule import Cycle, in_order

#: Dates that must lie inside the programme, by kind of entry.
_INSIDE = {
    "phase": ("starts_on", "ends_on"),
    "activity": ("launched_on", "planned_launch_on"),
    "milestone": ("due",),
    "monitoring_round": ("due",),
    "data_request": ("due",),
}
#: Accounts and evaluations are handed in after the last day.
_AFTERMATH = {"monitoring_round": timedelta(days=366), "data_request": timedelta(366)}


def check(document: Document, snapshot: Snapshot) -> None:
    """Report everything that does not hold together. Nothing is changed."""
    if document.is_addition and document.programme and snapshot.programme is None:
        document.reading.report(
            "unknown_reference",
            _line_of(document, "programme"),
            ("programme",),
            _("The database holds no programme “%(code)s”.")
            % {"code": document.programme},
            _("Apply the programme's own plan first."),
        )
        return
    _check_example(document)
    _check_duplicates(document)
    _check_numbers(document, snapshot)
    _check_references(document, snapshot)
    _check_cycles(document, snapshot)
    _check_dates(document, snapshot)
    for entry in document.entries:
        for field_name, what, fix in rules.broken(
            entry.kind.name, entry.values, unread=entry.unread
        ):
            document.report("contradiction", entry, field_name, what, fix)
    _check_examples_in_the_way(document, snapshot)


def _line_of(document: Document, key: str) -> int:
    root = document.reading.root
    return root.lines.get(key, 0) if isinstance(root, Table) else 0


def _check_example(document: Document) -> None:
    """Only example files may hold relative dates, and nothing but example data."""
    for entry in document.entries:
        if document.is_example and entry.kind not in kinds.EXAMPLES:
            document.report(
                "not_example",
                entry,
                "",
                _("An example file cannot hold entries of the kind %(kind)s.")
                % {"kind": entry.kind.name},
                _("Move it to the plan's own file."),
            )
        for name, value in entry.values.items():
            if isinstance(value, WorkingDays) and not document.is_example:
                document.report(
                    "relative_date",
                    entry,
                    name,
                    _("“%(date)s” depends on the day of applying.") % {"date": value},
                    _("Write the date itself; only example files may do this."),
                )


def _check_duplicates(document: Document) -> None:
    first: dict[tuple[str, str], Entry] = {}
    for entry in document.entries:
        if not entry.key:
            continue
        earlier = first.setdefault((entry.kind.name, entry.key), entry)
        if earlier is entry:
            continue
        named = next((n for n in ("code", "email", "title") if n in entry.lines), "")
        document.report(
            "duplicate",
            entry,
            named,
            _("“%(key)s” is already in line %(line)s.")
            % {"key": entry.key, "line": earlier.lines.get(named, earlier.line)},
            _("Give it another name, or add “number: 2”.")
            if entry.kind.is_numbered
            else _("Delete one of the two, or give it another name."),
        )


def _check_numbers(document: Document, snapshot: Snapshot) -> None:
    """Numbers of one name must count 1, 2, 3, or the next reading counts otherwise."""
    keys = {(entry.kind.name, entry.key) for entry in document.entries}
    for entry in document.entries:
        number = cast(int, entry.values.get("number") or 1)
        if not entry.key or number == 1:
            continue
        before = entry.kind.key({**entry.values, "number": number - 1}) or ""
        is_there = document.is_addition and snapshot.get(
            entry.kind, before, is_example=document.is_example
        )
        if (entry.kind.name, before) not in keys and not is_there:
            document.report(
                "gap",
                entry,
                "number",
                _("There is no number %(number)s of this name.")
                % {"number": number - 1},
                _("Number entries of one name 1, 2, 3, without a gap."),
            )


def _known(document: Document, snapshot: Snapshot, kind_name: str) -> set[str]:
    """Return the keys that a reference to this kind may name."""
    if kind_name in ("programme", "earlier initiative"):
        return set(snapshot.elsewhere) - {document.programme}
    keys = {e.key for e in document.entries if e.kind.name == kind_name}
    if document.is_addition or kind_name == "person":
        keys |= snapshot.keys_of(kind_name)
    return keys - {""}


def _check_references(document: Document, snapshot: Snapshot) -> None:
    known: dict[str, set[str]] = {}
    for entry in document.entries:
        for schema_field in entry.kind.written:
            target, references = _references(schema_field, entry.values)
            if target not in known:
                known[target] = _known(document, snapshot, target)
            for index, reference in references:
                if reference not in known[target]:
                    _report_dangling(
                        document, entry, schema_field, index, reference, known[target]
                    )


def _references(
    schema_field: Field, values: Mapping[str, Any]
) -> tuple[str, list[tuple[int | None, str]]]:
    """Return what a field refers to: the kind, and each reference with its index."""
    value_type, value = schema_field.type, values.get(schema_field.name)
    if isinstance(value_type, Ref):
        return value_type.to, [(None, value)] if value else []
    if isinstance(value_type, Many) and isinstance(value_type.of, Ref):
        return value_type.of.to, list(enumerate(value or ()))
    return "", []


def _report_dangling(
    document: Document,
    entry: Entry,
    schema_field: Field,
    index: int | None,
    reference: str,
    known: set[str],
) -> None:
    path: Path = (*entry.path, schema_field.name)
    line = entry.lines[schema_field.name]
    node = node_at(document.reading.root, path)
    if index is not None and isinstance(node, Sequence):
        path, line = (*path, index), node.items[index].line
    document.reading.report(
        "unknown_reference",
        line,
        path,
        _("Nothing here is called “%(reference)s”.") % {"reference": short(reference)},
        did_you_mean(reference, known) or _("Correct it, or add what it refers to."),
    )


def _check_cycles(document: Document, snapshot: Snapshot) -> None:
    for kind, field_name in (
        (kinds.PLACE, "parent"),
        (kinds.INITIATIVE, "parent"),
        (kinds.MILESTONE, "after"),
    ):
        after: dict[str, Iterable[str]] = {}
        if document.is_addition:
            for key in snapshot.keys_of(kind.name):
                row = snapshot.find(kind.name, key)
                after[key] = _several(row.values.get(field_name)) if row else ()
        entries = {entry.key: entry for entry in document.of(kind) if entry.key}
        for key, entry in entries.items():
            if field_name in entry.values or key not in after:
                after[key] = _several(entry.values.get(field_name))
        try:
            in_order(after)
        except Cycle as cycle:
            entry = next(entries[key] for key in cycle.path if key in entries)
            document.report(
                "cycle",
                entry,
                field_name,
                _("This leads back to itself: %(path)s.")
                % {"path": " → ".join(str(key) for key in cycle.path)},
                _("Take one of these references out."),
            )


def _several(value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if value else ()


def _window(document: Document, snapshot: Snapshot) -> tuple[date, date] | None:
    """Return the programme's first and last day, where they are known."""
    stated = next(iter(document.of(kinds.PROGRAMME)), None)
    if stated is not None:
        first, last = stated.values.get("starts_on"), stated.values.get("ends_on")
        in_order = isinstance(first, date) and isinstance(last, date) and first < last
        return (first, last) if in_order else None  # type: ignore[return-value]
    if snapshot.programme is None:
        return None
    return snapshot.programme.starts_on, snapshot.programme.ends_on


def _check_dates(document: Document, snapshot: Snapshot) -> None:
    window = _window(document, snapshot)
    if window is None:
        return
    first, last = window
    for entry in document.entries:
        until = last + _AFTERMATH.get(entry.kind.name, timedelta())
        for name in _INSIDE.get(entry.kind.name, ()):
            value = entry.values.get(name)
            if isinstance(value, date) and not first <= value <= until:
                document.report(
                    "outside_programme",
                    entry,
                    name,
                    _("%(date)s lies outside the programme.") % {"date": value},
                    _("Write a date from %(first)s to %(last)s.")
                    % {"first": first, "last": until},
                )


def _check_examples_in_the_way(document: Document, snapshot: Snapshot) -> None:
    """A plan's own entries never take over example data of the same name."""
    if document.is_example:
        return
    for entry in document.entries:
        row = snapshot.get(entry.kind, entry.key, is_example=True)
        outsider = entry.kind is kinds.PERSON and snapshot.outsiders.get(entry.key)
        if row is not None or (outsider and outsider.is_example):
            document.report(
                "example_in_the_way",
                entry,
                "",
                _("The database holds example data of this name: “%(key)s”.")
                % {"key": entry.key},
                _("Remove it with “manage.py plan drop-examples”."),
            )
