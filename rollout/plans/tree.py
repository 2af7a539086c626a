"""A file's shape before anybody knows what it means: nodes that know their line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Steps from the root to a node: keys of mappings, indexes of lists.
Path = tuple[str | int, ...]

#: Keys by which a list's entry is called in messages, the first one present wins.
_NAMING_KEYS = ("code", "email", "place", "title", "activity", "indicator", "funder")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Scalar:
    """A text, number, date or the like; which one, only the schema knows."""

    line: int
    text: str
    #: Whether it stood in quotes, so that ``"null"`` is a text and ``null`` nothing.
    is_quoted: bool = False

    @property
    def is_null(self) -> bool:
        """Whether the file says expressly that there is no value."""
        return not self.is_quoted and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """Keys with values, in the file's order."""

    line: int
    items: dict[str, Node] = field(default_factory=dict)
    #: The line of each key.
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Broken:
    """A place where the reader already reported a problem."""

    line: int


Node = Scalar | Sequence | Table | Broken


def shown(root: Node | None, path: Path) -> str:
    """Return the path as people read it: ``focus_areas[job].initiatives[#2].name``.

    An entry of a list is called by its code, or by its number from 1 without one.
    """
    parts: list[str] = []
    node = root
    for step in path:
        node = _child(node, step)
        if isinstance(step, int):
            parts.append(f"[{_name(node) or f'#{step + 1}'}]")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def node_at(root: Node | None, path: Path) -> Node | None:
    """Return the node at the end of the path, None where there is none."""
    node = root
    for step in path:
        node = _child(node, step)
    return node


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, Table) and isinstance(step, str):
        return node.items.get(step)
    if isinstance(node, Sequence) and isinstance(step, int):
        return node.items[step] if step < len(node.items) else None
    return None


def _name(node: Node | None) -> str:
    items: Mapping[str, Node] = node.items if isinstance(node, Table) else {}
    for key in _NAMING_KEYS:
        value = items.get(key)
        if isinstance(value, Scalar) and 0 < len(value.text) <= _LONGEST_NAME:
            return value.text.replace("\n", " ")
    return ""
