"""What a report says, apart from how it looks: blocks that every writer can write.

Plain values only, so that a frozen report keeps exactly what it said as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Heading:
    """A heading; levels go from 1 and skip none."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """One or several paragraphs, parted by empty lines."""

    kind: ClassVar[str] = "text"
    text: str
    #: Whether it is a notice to the reader and no part of the report's own words.
    is_notice: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs."""
        parts = self.text.replace("\r\n", "\n").split("\n\n")
        return [part.strip() for part in parts if part.strip()]


@dataclass(frozen=True)
class Sheet:
    """A table with a title. Its first column names each row."""

    kind: ClassVar[str] = "sheet"
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    #: How wide the columns are beside one another; all alike where it is empty.
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class Drawing:
    """A drawing of our own, and the same in words for who cannot see it."""

    kind: ClassVar[str] = "drawing"
    title: str
    svg: str
    words: str

    @property
    def markup(self) -> SafeString:
        """The drawing for a page; what it holds was escaped when it was drawn."""
        return mark_safe(self.svg)  # noqa: S308


Block = Heading | Text | Sheet | Drawing
_KINDS: dict[str, type[Any]] = {
    one.kind: one for one in (Heading, Text, Sheet, Drawing)
}


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    language: str
    author: str
    #: What stands on the cover besides: names and values.
    facts: Sequence[tuple[str, str]] = ()
    blocks: Sequence[Block] = field(default_factory=list)

    def sheets(self) -> Iterator[Sheet]:
        """Yield its tables."""
        for block in self.blocks:
            if isinstance(block, Sheet):
                yield block

    def drawings(self) -> list[Drawing]:
        """Return its drawings."""
        return [block for block in self.blocks if isinstance(block, Drawing)]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        blocks = [{"kind": one.kind, **asdict(one)} for one in self.blocks]
        return asdict(self) | {"blocks": blocks}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Document:
        """Return what :meth:`as_json` kept."""
        blocks = [
            _KINDS[one["kind"]](**{k: v for k, v in one.items() if k != "kind"})
            for one in kept["blocks"]
        ]
        facts = [(name, value) for name, value in kept["facts"]]
        return cls(**kept | {"blocks": blocks, "facts": facts})

    def lines(self) -> Iterator[str]:
        """Yield what it says line by line, so that two can be compared."""
        for block in self.blocks:
            if isinstance(block, Heading):
                yield block.text
            elif isinstance(block, Text):
                yield from block.paragraphs
            elif isinstance(block, Drawing):
                yield f"{block.title}: {block.words}"
            else:
                for row in block.rows:
                    yield f"{block.title}: {' · '.join(cell for cell in row if cell)}"
