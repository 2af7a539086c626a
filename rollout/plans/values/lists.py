"""Lists of values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rollout.plans.tree import Broken, Node, Scalar, Sequence
from rollout.plans.values.base import Fault, Value, ValueType, Wrong, short


@dataclass(frozen=True)
class Many(ValueType):
    """A list without repetitions of values of one type."""

    of: ValueType

    def words(self) -> str:
        """What is listed."""
        return f"list: {self.of.words()}"

    def read(self, node: Node) -> Value:
        """Return the values as a tuple. Raises Wrong with every bad one."""
        if isinstance(node, Scalar) and node.is_null:
            return ()
        if not isinstance(node, Sequence):
            raise Wrong(
                Fault(
                    node.line,
                    "wrong_type",
                    _("Here must stand a list."),
                    _("Write it in brackets: [one, two]."),
                )
            )
        values: list[str] = []
        faults: list[Fault] = []
        for index, item in enumerate(node.items):
            if isinstance(item, Broken):
                continue
            try:
                value = self._item(item, values)
            except Wrong as wrong:
                faults += [
                    Fault(fault.line, fault.code, fault.what, fault.fix, index)
                    for fault in wrong.faults
                ]
            else:
                values.append(value)
        if faults:
            raise Wrong(*faults, rest=tuple(values))
        return tuple(values)

    def _item(self, node: Node, earlier: list[str]) -> str:
        value = self.of.read(node)
        if not isinstance(value, str):
            what = _("Here stands nothing.")
            raise Wrong(Fault(node.line, "wrong_value", what, _("Delete the entry.")))
        if value in earlier:
            what = _("“%(text)s” is listed twice.") % {"text": short(value)}
            fix = _("Delete one of the two.")
            raise Wrong(Fault(node.line, "duplicate", what, fix))
        return value

    def parse(self, text: str, node: Scalar) -> Value:
        """Return nothing: a list is never one text."""
        raise NotImplementedError

    def expected(self) -> str:
        """Return the words for a list."""
        return _("a list")

    def json_schema(self) -> dict[str, Any]:
        """Return an array of unique items."""
        return {"type": "array", "items": self.of.json_schema(), "uniqueItems": True}
