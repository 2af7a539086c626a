"""In which orders a list can be had: an allow-list of columns that are never empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

#: What comes after every date: where it stands, there is none.
_NEVER = Value(date.max, output_field=DateField())


@dataclass(frozen=True)
class Order:
    """One column to order by; the key decides between equals."""

    expression: Combinable
    #: Reads a value of the column from a cursor. Raises ValueError for nonsense.
    read: Callable[[str], Any]

    def after(
        self, rows: QuerySet[Any], last: tuple[Any, Any] | None, *, descending: bool
    ) -> QuerySet[Any]:
        """Return the rows in this order that come after the value and key ``last``."""
        sign, beyond = ("-", "lt") if descending else ("", "gt")
        rows = rows.annotate(order_value=self.expression)
        rows = rows.order_by(f"{sign}order_value", f"{sign}pk")
        if last is None:
            return rows
        value, key = last
        return rows.filter(
            Q(**{f"order_value__{beyond}": value})
            | Q(order_value=value, **{f"pk__{beyond}": key})
        )


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError(value)
    return value


def _whole(value: str) -> int:
    number = int(value)
    if not 0 <= number < 2**63:
        raise ValueError(value)
    return number


def by_number(name: str = "pk") -> Order:
    """Order by a whole number."""
    return Order(F(name), _whole)


def by_text(name: str) -> Order:
    """Order by a text."""
    return Order(F(name), _text)


def by_date(name: str) -> Order:
    """Order by a date; where there is none, last of all."""
    return Order(Coalesce(name, _NEVER), date.fromisoformat)


def by_time(name: str) -> Order:
    """Order by a time that is always there."""
    return Order(F(name), datetime.fromisoformat)
