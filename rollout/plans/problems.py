"""What is wrong with a plan file: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a plan file."""

    #: Line in the file, from 1; 0 when the file as a whole is meant.
    line: int
    #: The field, such as ``places[aab55].parent``; empty for the file as a whole.
    path: str
    #: What is wrong, as a sentence in the active language.
    what: str
    #: What to do, as a sentence in the active language.
    fix: str
    #: Stable English identifier of the kind of fault.
    code: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.what} {self.fix}".rstrip()


class BadPlan(Exception):
    """The file cannot be used; :attr:`problems` lists everything that is wrong."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        #: The file's name, as the reader was given it.
        self.name = name
        self.problems = sorted(set(problems))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return one line per problem, in the form that editors can jump to."""
        return [
            f"{self.name}:{problem.line}: {problem}"
            if problem.line
            else f"{self.name}: {problem}"
            for problem in self.problems
        ]
