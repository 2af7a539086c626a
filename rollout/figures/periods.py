"""Names periods as people do: 2025, 3. kvartal 2026, skoleåret 2025/26."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

_DAY = timedelta(days=1)
#: The month in which a school year begins.
_SCHOOL = 8
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def period_name(start: date, end: date) -> str:
    """Return what a period is called; one of no common kind is told by its days."""
    is_months = start.day == 1 and (end + _DAY).day == 1
    named = _named(start, _months(start, end)) if is_months else ""
    return named or f"{_day(start)} – {_day(end)}"


def _months(start: date, end: date) -> int:
    after = end + _DAY
    return (after.year - start.year) * 12 + after.month - start.month


def _named(start: date, months: int) -> str:
    """Return the name of whole months from the first of one, if they have a name."""
    year = start.year
    if months == _MONTHS["month"]:
        return f"{MONTHS[start.month]} {year}"
    if months == _MONTHS["quarter"] and start.month % 3 == 1:
        quarter = (start.month + 2) // 3
        return _("Q%(quarter)d %(year)d") % {"quarter": quarter, "year": year}
    if months == _MONTHS["half"] and start.month % 6 == 1:
        half = (start.month + 5) // 6
        return _("H%(half)d %(year)d") % {"half": half, "year": year}
    if months == _MONTHS["year"] and start.month == 1:
        return str(year)
    if months == _MONTHS["year"] and start.month == _SCHOOL:
        return _("school year %(first)d/%(last)02d") % {
            "first": year,
            "last": (year + 1) % 100,
        }
    return ""


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
