"""Turns a file's tree into typed entries by the schema, reporting all that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rollout.plans import keys, kinds
from rollout.plans.reader import Reading, read_bytes, read_file
from rollout.plans.schema import Kind
from rollout.plans.tree import Broken, Node, Path, Scalar, Sequence, Table
from rollout.plans.values import (
    Choice,
    Code,
    Flag,
    Value,
    ValueType,
    Wrong,
    did_you_mean,
    short,
)

#: Keys of the file itself, beside its sections.
META_KEYS = ("format", "example", "programme")


@dataclass
class Entry:
    """One thing that the file states, with the lines on which it does."""

    kind: Kind
    #: The fields that are stated, and those that follow from the entry's place.
    values: dict[str, Value]
    line: int
    path: Path
    lines: dict[str, int] = field(default_factory=dict)
    #: Fields that are stated but could not be read, or not wholly.
    unread: set[str] = field(default_factory=set)
    #: What the entry is called; empty while a part of the name is missing.
    key: str = ""


@dataclass
class Document:
    """A plan file as it was understood."""

    reading: Reading
    #: The programme's code; empty when the file does not say it.
    programme: str = ""
    #: Whether it adds to a programme that must be in the database already.
    is_addition: bool = False
    #: Whether all it holds is example data.
    is_example: bool = False
    #: The sections that the file has: what they leave out is missed, the rest is not.
    sections: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)

    def of(self, kind: Kind) -> Iterator[Entry]:
        """Return the entries of one kind, in the file's order."""
        return (entry for entry in self.entries if entry.kind is kind)

    def report(
        self, code: str, entry: Entry, field_name: str, what: str, fix: str
    ) -> None:
        """Report a problem with one field of an entry, or with the whole of it."""
        path = (*entry.path, field_name) if field_name in entry.lines else entry.path
        line = entry.lines.get(field_name, entry.line)
        self.reading.report(code, line, path, what, fix)


def parse_file(path: str) -> Document:
    """Read the file at ``path`` and understand it. Raises BadPlan if it is unreadable.

    Other problems are in ``document.reading``.
    """
    return understand(read_file(path))


def parse_bytes(data: bytes, *, name: str) -> Document:
    """Understand a plan from memory; see :func:`parse_file`."""
    return understand(read_bytes(data, name=name))


def understand(reading: Reading) -> Document:
    """Return what the tree says, reporting each fault to ``reading``."""
    document = Document(reading)
    root = reading.root
    if not isinstance(root, Table):
        reading.report(
            "wrong_type",
            root.line if root else 0,
            (),
            _("A plan consists of keys with values."),
            _("Begin with “programme:”."),
        )
        return document
    _Walk(document).file(root)
    return document


class _Walk:
    """Visits the tree by the schema and collects entries."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.report = document.reading.report

    def file(self, root: Table) -> None:
        """Visit the file from its first key to its last."""
        self._meta(root)
        allowed = kinds.top_level()
        known = [*META_KEYS, *(kind.section for kind in allowed)]
        self._unknown_keys(root, (), known)
        self.document.sections |= set(root.items)
        self._programme(root)
        for kind in allowed:
            if kind.section in root.items:
                self._list(kind, root.items[kind.section], (kind.section,), {})
        _number_positions(self.document)

    def _meta(self, root: Table) -> None:
        meta = {"format": Choice((str(kinds.FORMAT),)), "example": Flag()}
        for name, value_type in meta.items():
            node = root.items.get(name, Broken(0))
            if not isinstance(node, Broken):
                value, _is_read = self._value(value_type, node, (name,))
                if name == "example":
                    self.document.is_example = value is True

    def _programme(self, root: Table) -> None:
        node = root.items.get("programme")
        if node is None:
            self.report(
                "missing_key",
                root.line,
                (),
                _("The key “%(key)s” is missing.") % {"key": "programme"},
                _("Describe the programme, or give the code of one in the database."),
            )
        elif isinstance(node, Scalar):
            code, _is_read = self._value(Code(), node, ("programme",))
            self.document.is_addition = True
            self.document.programme = str(code or "")
        elif not isinstance(node, Broken):
            entry = self._entry(kinds.PROGRAMME, node, ("programme",), {})
            self.document.programme = (
                str(entry.values.get("code") or "") if entry else ""
            )

    def _list(
        self, kind: Kind, node: Node, path: Path, implied: dict[str, Value]
    ) -> None:
        if isinstance(node, Broken) or (isinstance(node, Scalar) and node.is_null):
            return
        if not isinstance(node, Sequence):
            self.report(
                "wrong_type",
                node.line,
                path,
                _("Here must stand a list."),
                _("Begin each entry with a hyphen."),
            )
            return
        for index, item in enumerate(node.items):
            self._entry(kind, item, (*path, index), implied)

    def _entry(
        self, kind: Kind, node: Node, path: Path, implied: dict[str, Value]
    ) -> Entry | None:
        if isinstance(node, Broken):
            return None
        if not isinstance(node, Table):
            self.report(
                "wrong_type",
                node.line,
                path,
                _("Here must stand keys with values."),
                _("For example: %(key)s: …") % {"key": kind.written[0].name},
            )
            return None
        entry = Entry(kind, dict(implied), node.line, path)
        inner = kinds.children(kind)
        names = [field.name for field in kind.written]
        self._unknown_keys(node, path, [*names, *(child.section for child in inner)])
        for schema_field in kind.written:
            self._field(entry, node, schema_field.name)
        entry.key = self._key_of(entry) or entry.key
        self.document.entries.append(entry)
        for child in inner:
            if child.section in node.items:
                below: dict[str, Value] = {kind.name: entry.key or None}
                self._list(
                    child, node.items[child.section], (*path, child.section), below
                )
        return entry

    def _field(self, entry: Entry, node: Table, name: str) -> None:
        schema_field = entry.kind.field(name)
        value_node = node.items.get(name)
        if isinstance(value_node, Broken):
            return
        value: Value = None
        if value_node is not None:
            path = (*entry.path, name)
            entry.lines[name] = node.lines[name]
            value, is_read = self._value(schema_field.type, value_node, path)
            if not is_read:
                self._take_rest(entry, name, value_node, value)
                return
            entry.values[name] = schema_field.default if value is None else value
        if schema_field.is_required and value is None:
            self.report(
                "missing_key",
                entry.lines.get(name, entry.line),
                entry.path,
                _("The key “%(key)s” is missing.") % {"key": name},
                _("Add it: %(key)s: %(type)s.")
                % {"key": name, "type": schema_field.type.expected()},
            )

    def _take_rest(self, entry: Entry, name: str, node: Node, value: Value) -> None:
        """Keep what a bad value is still good for, so that one fault is one problem.

        References to a bad code are not reported, and the good items of a list are
        checked.
        """
        entry.unread.add(name)
        if value:
            entry.values[name] = value
        if name in ("code", "email") and isinstance(node, Scalar):
            entry.key = node.text

    def _value(
        self, value_type: ValueType, node: Node, path: Path
    ) -> tuple[Value, bool]:
        """Return the value, or the rest of it, and whether all of it could be read."""
        try:
            return value_type.read(node), True
        except Wrong as wrong:
            for fault in wrong.faults:
                where = path if fault.index is None else (*path, fault.index)
                self.report(fault.code, fault.line, where, fault.what, fault.fix)
            return wrong.rest, False

    def _key_of(self, entry: Entry) -> str:
        if entry.kind is kinds.MILESTONE and isinstance(
            entry.values.get("after"), tuple
        ):
            activity = str(entry.values.get("activity") or "")
            entry.values["after"] = tuple(
                keys.full_milestone(reference, activity)
                for reference in entry.values["after"]  # type: ignore[union-attr]
            )
        return entry.kind.key(entry.values) or ""

    def _unknown_keys(self, node: Table, path: Path, known: list[str]) -> None:
        for name, line in node.lines.items():
            if name in known:
                continue
            self.report(
                "unknown_key",
                line,
                (*path, name),
                _("The key “%(key)s” is not known here.") % {"key": short(name)},
                did_you_mean(name, known)
                or _("Known are: %(keys)s.") % {"keys": ", ".join(known)},
            )


def siblings(kind: Kind, values: Mapping[str, Value]) -> tuple[str, Value]:
    """Return what entries that are put in order among themselves have in common."""
    owner = "activity" if kind is kinds.MILESTONE else kind.parent
    return kind.name, values.get(owner)


def _number_positions(document: Document) -> None:
    """Give each entry its number among its siblings, from 1, in the file's order.

    A file that only adds says nothing of the order of what is there.
    """
    if document.is_addition:
        return
    seen: Counter[tuple[str, Value]] = Counter()
    for entry in document.entries:
        if entry.kind.has_positions:
            group = siblings(entry.kind, entry.values)
            seen[group] += 1
            entry.values["position"] = seen[group]
