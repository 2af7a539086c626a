"""Numbers the Danish way: "1.234,5", with the decimals they have and no others."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language

register = template.Library()


@register.filter
def number(value: Decimal | None) -> str:
    """Return the number as people write it; nothing for none."""
    if value is None:
        return ""
    return _written(value, get_language())


@lru_cache(maxsize=4096)
def _written(value: Decimal, language: str | None) -> str:
    """Write a number in the active language; a page has few of them, many times."""
    plain = f"{value.normalize():f}"
    return str(number_format(plain, force_grouping=True))
