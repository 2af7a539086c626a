"""What every type of value has in common, and how a value is refused."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rollout.plans.tree import Node, Scalar, Sequence


@dataclass(frozen=True)
class WorkingDays:
    """So many working days after the day of applying; before it when negative."""

    days: int

    def __str__(self) -> str:
        return f"{self.days:+d}wd"


Value = None | str | bool | int | Decimal | date | tuple[str, ...] | WorkingDays


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value."""

    line: int
    code: str
    what: str
    fix: str
    #: Position in a list, from 0; None for a single value.
    index: int | None = None


class Wrong(Exception):
    """The value does not fit its type; :attr:`faults` says why."""

    def __init__(self, *faults: Fault, rest: tuple[str, ...] = ()) -> None:
        self.faults = faults
        #: What could be read of a list in spite of the faults.
        self.rest = rest
        super().__init__("; ".join(fault.what for fault in faults))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return “Did you mean …?” for the most similar known word, or nothing."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return _("Did you mean “%(word)s”?") % {"word": by_fold[close[0]]} if close else ""


def joined(*sentences: str) -> str:
    """Join the sentences that are not empty."""
    return " ".join(sentence for sentence in sentences if sentence)


def short(text: str, limit: int = 60) -> str:
    """Return the text as it can stand in a message: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


class ValueType(ABC):
    """One type of value."""

    def read(self, node: Node) -> Value:
        """Return the value, None for an express ``null``. Raises Wrong."""
        if not isinstance(node, Scalar):
            found = _("a list") if isinstance(node, Sequence) else _("a mapping")
            raise Wrong(
                Fault(
                    node.line,
                    "wrong_type",
                    _("Here stands %(found)s.") % {"found": found},
                    _("Write %(expected)s.") % {"expected": self.expected()},
                )
            )
        if node.is_null:
            return None
        return self.parse(node.text, node)

    @abstractmethod
    def parse(self, text: str, node: Scalar) -> Value:
        """Return the value of a text. Raises Wrong."""

    @abstractmethod
    def words(self) -> str:
        """Return the type in a few English words, for the documentation."""

    @abstractmethod
    def expected(self) -> str:
        """Return what to write, in the active language, to follow “Write”."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Return the type as JSON Schema."""

    def wrong(self, node: Scalar, what: str, fix: str = "") -> Wrong:
        """Return the refusal of one value."""
        fix = fix or _("Write %(expected)s.") % {"expected": self.expected()}
        return Wrong(Fault(node.line, "wrong_value", what, fix))
