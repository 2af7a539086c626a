"""Says in words what applying a plan would do, in the manner of a code review."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rollout.models import User
from rollout.plans import kinds
from rollout.plans.diff import Change, Diff, Difference, Left
from rollout.plans.document import Entry
from rollout.plans.memory import plain
from rollout.plans.schema import Kind
from rollout.plans.values import Value, short

#: Values by which an entry is called besides its key, the first one present.
_TELLING = ("name", "title", "text", "question", "value")


def lines(diff: Diff, *, is_detailed: bool = False) -> Iterator[str]:
    """Yield the differences, one entry after the other.

    The first character says what happens: ``+`` added, ``~`` changed, ``=`` left to
    people, ``-`` only in the database. Indented lines belong to the entry above.
    With ``is_detailed`` new entries show all their fields.
    """
    for entry in diff.added:
        yield f"+ {label(entry.kind)} {entry.key}{_telling(entry)}"
        if is_detailed:
            yield from _fields(entry)
    for change in diff.changed:
        yield from _change(change)
    yield from left_alone(diff)


def left_alone(diff: Diff) -> Iterator[str]:
    """Yield what the plan says and does not do."""
    for change in diff.kept:
        yield f"= {label(change.entry.kind)} {change.entry.key}"
        for difference in change.differences:
            yield f"    {_kept(difference)}"
    for entry in diff.taken:
        yield f"= {label(entry.kind)} {entry.key}"
        yield "    " + _("a real entry has this name; the example is left out")
    for row in diff.unmentioned:
        yield f"- {label(row.kind)} {row.key}"
        yield "    " + _("in the database, not in the file; it stays")


def summary(diff: Diff, *, is_done: bool) -> str:
    """Return the differences as one sentence."""
    if diff.is_empty:
        return _("Nothing to change.")
    counts = {"added": len(diff.added), "changed": len(diff.changed)}
    if is_done:
        return _("Applied: %(added)s added, %(changed)s changed.") % counts
    return _("Applying would add %(added)s and change %(changed)s entries.") % counts


def label(kind: Kind) -> str:
    """Return what an entry of this kind is called, in the active language."""
    if kind is kinds.PERSON:
        return str(User._meta.verbose_name)
    if kind is kinds.ASSIGNMENT:
        return _("responsibility for activity")
    return str(kind.model._meta.verbose_name)


def _telling(entry: Entry) -> str:
    for name in _TELLING:
        value = entry.values.get(name)
        if value is not None and str(value) not in entry.key:
            return f": {short(str(plain(value)))}"
    return ""


def _fields(entry: Entry) -> Iterator[str]:
    for schema_field in entry.kind.written:
        if schema_field.name in entry.lines and schema_field.name in entry.values:
            yield f"    {schema_field.name}: {shown(entry.values[schema_field.name])}"


def _change(change: Change) -> Iterator[str]:
    yield f"~ {label(change.entry.kind)} {change.entry.key}"
    for difference in change.differences:
        line = f"    {_name(difference)}: {shown(difference.old)}"
        line += f" → {shown(difference.new)}"
        if difference.is_conflict:
            line += " " + _("(also changed in the application since)")
        yield line


def _name(difference: Difference) -> str:
    """Return the key of a field; the order of entries is no key."""
    name = difference.field.name
    return _("(order)") if name == "position" else name


def _kept(difference: Difference) -> str:
    values = {
        "field": _name(difference),
        "new": shown(difference.new),
        "old": shown(difference.old),
    }
    if difference.left is Left.ONCE:
        text = _(
            "%(field)s: the file says %(new)s, but it is %(old)s; only the application"
            " changes it"
        )
    else:
        text = _(
            "%(field)s: the file says %(new)s as before; the application changed it to"
            " %(old)s"
        )
    return text % values


def shown(value: Value) -> str:
    """Return a value as a file would show it, cut short."""
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return short(", ".join(value), 120)
    return short(str(plain(value)), 120)
