"""Words from a list, dates, yes or no, and numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rollout.plans.tree import Scalar
from rollout.plans.values.base import (
    Value,
    ValueType,
    WorkingDays,
    did_you_mean,
    joined,
    short,
)


@dataclass(frozen=True)
class Choice(ValueType):
    """One of some fixed words."""

    options: tuple[str, ...]

    def words(self) -> str:
        """The options themselves."""
        return " \\| ".join(f"`{option}`" for option in self.options)

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the word; refuse any other."""
        if text in self.options:
            return text
        raise self.wrong(
            node,
            _("“%(text)s” is not known here.") % {"text": short(text)},
            joined(
                _("Write %(expected)s.") % {"expected": self.expected()},
                did_you_mean(text, self.options),
            ),
        )

    def expected(self) -> str:
        """Return the list of options."""
        options = ", ".join(self.options)
        return _("one of: %(options)s") % {"options": options}

    def json_schema(self) -> dict[str, Any]:
        """Return an enumeration."""
        return {"enum": list(self.options)}


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_DANISH = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_RELATIVE = re.compile(r"[+-]?\d{1,4}wd")


@dataclass(frozen=True)
class Day(ValueType):
    """A calendar date."""

    #: Whether an example may give it in working days from the day of applying.
    may_be_relative: bool = False

    def words(self) -> str:
        """The form of the date."""
        return "date" + (" or, in examples, `+12wd`" if self.may_be_relative else "")

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the date; refuse other forms and dates that do not exist."""
        if self.may_be_relative and _RELATIVE.fullmatch(text):
            return WorkingDays(int(text.removesuffix("wd")))
        if _ISO.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                what = _("There is no date “%(text)s”.") % {"text": text}
                raise self.wrong(node, what) from None
        raise self.wrong(
            node,
            _("“%(text)s” is no date.") % {"text": short(text)},
            joined(
                _("Write %(expected)s.") % {"expected": self.expected()}, _iso_for(text)
            ),
        )

    def expected(self) -> str:
        """Return the words for a date."""
        return _("a date as year-month-day, such as 2025-11-01")

    def json_schema(self) -> dict[str, Any]:
        """Return a date string, or one in working days."""
        absolute = {"type": "string", "format": "date", "pattern": f"^{_ISO.pattern}$"}
        if not self.may_be_relative:
            return absolute
        relative = {"type": "string", "pattern": f"^{_RELATIVE.pattern}$"}
        return {"anyOf": [absolute, relative]}


def _iso_for(text: str) -> str:
    """Say how a date in the Danish order of day, month, year is to be written."""
    match = _DANISH.fullmatch(text.strip())
    if not match:
        return ""
    day, month, year = (int(part) for part in match.groups())
    try:
        word = date(year, month, day).isoformat()
    except ValueError:
        return ""
    return _("Did you mean “%(word)s”?") % {"word": word}


_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True)
class DayOfYear(ValueType):
    """A day of any year."""

    def words(self) -> str:
        """The form of the day."""
        return "month-day"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return month and day as they stand; refuse other forms."""
        if _DAY_OF_YEAR.fullmatch(text):
            return text
        what = _("“%(text)s” is no day of the year.") % {"text": short(text)}
        raise self.wrong(node, what)

    def expected(self) -> str:
        """Return the words for a day of the year."""
        return _("month and day with two digits each, such as 06-30")

    def json_schema(self) -> dict[str, Any]:
        """Return a string of this form."""
        return {"type": "string", "pattern": f"^{_DAY_OF_YEAR.pattern}$"}


@dataclass(frozen=True)
class Flag(ValueType):
    """Yes or no."""

    def words(self) -> str:
        """Return the type in a few words."""
        return "`true` \\| `false`"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return whether it says true; refuse all but true and false."""
        if text in ("true", "false") and not node.is_quoted:
            return text == "true"
        raise self.wrong(
            node, _("“%(text)s” is neither true nor false.") % {"text": short(text)}
        )

    def expected(self) -> str:
        """Return the two words."""
        return _("true or false, without quotes")

    def json_schema(self) -> dict[str, Any]:
        """Return a boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Whole(ValueType):
    """A whole number."""

    least: int
    most: int

    def words(self) -> str:
        """The range of the number."""
        return f"whole number, {self.least} to {self.most}"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the number; refuse what is none or out of range."""
        if re.fullmatch(r"[+-]?\d{1,9}", text) and self.least <= int(text) <= self.most:
            return int(text)
        raise self.wrong(
            node, _("“%(text)s” does not fit here.") % {"text": short(text)}
        )

    def expected(self) -> str:
        """Return the words for the range."""
        return _("a whole number from %(least)s to %(most)s") % {
            "least": self.least,
            "most": self.most,
        }

    def json_schema(self) -> dict[str, Any]:
        """Return an integer with its range."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Number(ValueType):
    """A number with decimals."""

    digits: int
    decimals: int

    def words(self) -> str:
        """Return the type in a few words."""
        return "number"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the number; refuse what is none or does not fit the column."""
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            point = text.replace(",", ".") if re.fullmatch(r"\d+,\d+", text) else ""
            raise self.wrong(
                node,
                _("“%(text)s” is no number.") % {"text": short(text)},
                joined(
                    _("Write %(expected)s.") % {"expected": self.expected()},
                    _("Did you mean “%(word)s”?") % {"word": point} if point else "",
                ),
            )
        whole, _dot, decimals = text.lstrip("+-").lstrip("0").partition(".")
        if (
            len(whole) > self.digits - self.decimals
            or len(decimals.rstrip("0")) > self.decimals
        ):
            raise self.wrong(
                node,
                _("“%(text)s” has too many digits.") % {"text": short(text)},
                _(
                    "Write at most %(whole)s digits before and %(decimals)s after the"
                    " point."
                )
                % {"whole": self.digits - self.decimals, "decimals": self.decimals},
            )
        return Decimal(text)

    def expected(self) -> str:
        """Return the words for a number."""
        return _("a number, with a point before the decimals")

    def json_schema(self) -> dict[str, Any]:
        """Return a number."""
        return {"type": "number"}
