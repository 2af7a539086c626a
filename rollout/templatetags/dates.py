"""Dates the Danish way: "1. november 2025", "1. nov. 2025", "(uge 44)"."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

_ANY_YEAR = {"da": "j. F", "en": "j F"}
#: Up to so many days, an age is told in days and otherwise in months.
_TOLD_IN_DAYS = 60
_CLOCK = {"da": "H.i", "en": "H:i"}


def _format(formats: dict[str, str]) -> str:
    return formats["da" if translation.get_language() == "da" else "en"]


@register.filter
def day(value: date | None) -> str:
    """Return the local date in full, such as "1. november 2025"."""
    return _written(_local(value), "DATE_FORMAT") if value else ""


@register.filter
def short_day(value: date | None) -> str:
    """Return the local date with a short month, such as "1. nov. 2025"."""
    return _written(_local(value), "SHORT_DATE_FORMAT") if value else ""


def _written(value: date, how: str) -> str:
    return _written_in(translation.get_language(), value, how)


@lru_cache(maxsize=4096)
def _written_in(_language: str | None, value: date, how: str) -> str:
    """Write a date in the present language: pages have few, many times."""
    return date_format(value, how)


def _local(value: date) -> date:
    """Return the local day of a moment; what is a day already stays as it is."""
    return timezone.localdate(value) if isinstance(value, datetime) else value


@register.filter
def day_of_year(value: str) -> str:
    """Return a day of any year, kept as "06-30", such as "30. juni"."""
    # 2024 has every day.
    return date_format(date.fromisoformat(f"2024-{value}"), _format(_ANY_YEAR))


@register.filter
def week(value: date | None) -> str:
    """Return the ISO week in brackets, such as "(uge 44)"."""
    if value is None:
        return ""
    return _("(week %(number)d)") % {"number": value.isocalendar().week}


@register.filter
def moment(value: datetime | None) -> str:
    """Return local date and time, such as "1. nov. 2025 kl. 9.02"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return _("%(day)s at %(time)s") % {
        "day": short_day(local),
        "time": date_format(local, _format(_CLOCK)),
    }


@register.filter
def age(period_end: date, on: date) -> str:
    """Return how long ago a value's period ended, such as "61 days old"."""
    days = (on - period_end).days
    if days < 0:
        return _("its period has not ended")
    if days < _TOLD_IN_DAYS:
        told = ngettext("%(days)d day old", "%(days)d days old", days)
        return told % {"days": days}
    return _("%(months)d months old") % {"months": days // 30}
