"""Lists that filter, sort and page as one wants; the address carries the choice.

Those short enough are read as a whole; the database sorts and pages the others. Texts
sort as in Danish: æ, ø, å last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

T = TypeVar("T")
Q = TypeVar("Q", bound=QuerySet[Any, Any])

#: Rows on a page.
PAGE_SIZE = 50

_DANISH = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


def danish(text: object) -> str:
    """Return a key by which texts sort as in a Danish dictionary."""
    return str(text).casefold().translate(_DANISH)


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column of a list: its heading, and by what of a row it sorts and filters."""

    name: str
    label: str | Promise
    #: None sorts last, in either direction.
    key: Callable[[T], Any]
    #: How it reads on the page, which is filtered by; None: as what it sorts by.
    words: Callable[[T], str] | None = None

    def reads(self, row: T) -> str:
        """Return how the column of a row reads; empty where there is nothing."""
        if self.words is not None:
            return self.words(row)
        key = self.key(row)
        return "" if key is None else str(key)


@dataclass(frozen=True)
class Heading:
    """A column's heading as the page shows it."""

    label: str | Promise
    #: What the address must say to sort by it, or the other way round.
    sort: str
    #: "ascending", "descending", or empty where the list sorts by another column.
    direction: str


def sort_by(
    rows: Iterable[T], columns: Sequence[Column[T]], data: QueryDict
) -> tuple[list[T], list[Heading]]:
    """Return the rows as ``?sort=name`` or ``?sort=-name`` wants, and the headings.

    Without either, or with a name that no column has, the rows stay as they are.
    """
    wanted = data.get("sort", "")
    name = wanted.removeprefix("-")
    chosen = next((one for one in columns if one.name == name), None)
    found = list(rows)
    if chosen is not None:
        present = [row for row in found if chosen.key(row) is not None]
        absent = [row for row in found if chosen.key(row) is None]
        present.sort(key=chosen.key, reverse=wanted.startswith("-"))
        found = present + absent
    return found, headings_of({one.name: one.label for one in columns}, data)


def headings_of(labels: Mapping[str, str | Promise], data: QueryDict) -> list[Heading]:
    """Return the headings of a list, also of one that the database sorts."""
    wanted = data.get("sort", "")
    return [_heading(name, label, wanted) for name, label in labels.items()]


def _heading(name: str, label: str | Promise, wanted: str) -> Heading:
    if wanted == name:
        return Heading(label, f"-{name}", "ascending")
    return Heading(label, name, "descending" if wanted == f"-{name}" else "")


@dataclass(frozen=True)
class Listed(Generic[T]):
    """A list as its address wants it: ``parts/list_filter.html`` shows how."""

    #: Everything that fits the filter, sorted: what a file of the list holds.
    rows: list[T]
    headings: list[Heading]
    #: The page that is shown.
    shown: Page[T]
    #: What the rows are filtered by.
    text: str
    #: What else the address says, which a filter must not forget.
    kept: dict[str, str]


def list_by(
    rows: Iterable[T], columns: Sequence[Column[T]], data: QueryDict
) -> Listed[T]:
    """Keep the rows in which ``?q=`` stands, sort them, and cut out ``?page=``."""
    text = data.get("q", "").strip()
    wanted = danish(text)
    fitting = [
        row for row in rows if any(wanted in danish(one.reads(row)) for one in columns)
    ]
    found, headings = sort_by(fitting, columns, data)
    shown = Paginator(found, PAGE_SIZE).get_page(data.get("page"))
    return Listed(found, headings, shown, text, _kept(data))


def _kept(data: QueryDict) -> dict[str, str]:
    return {
        name: str(data[name]) for name in data if name not in {"q", "page", "format"}
    }


def order_by(rows: Q, fields: Mapping[str, str], data: QueryDict) -> Q:
    """Let the database sort as ``?sort=`` wants, by the field of each column's name."""
    wanted = data.get("sort", "")
    field = fields.get(wanted.removeprefix("-"))
    if field is None:
        return rows
    return rows.order_by(f"-{field}" if wanted.startswith("-") else field, "-pk")


def in_state(rows: Q, states: Collection[str], data: QueryDict) -> Q:
    """Let the database keep the rows in the state of ``?state=``, if it names one."""
    state = data.get("state", "")
    return rows.filter(state=state) if state in states else rows
