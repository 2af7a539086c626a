"""Numbers the Danish way: "1.234,5", with the decimals they have and no others."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, partial

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language

register = template.Library()


@register.filter
def number(value: Decimal | None) -> str:
    """Return the number as people write it; nothing for none."""
    return "" if value is None else number_in(get_language())(value)


def number_in(language: str | None) -> Callable[[Decimal], str]:
    """Return what writes numbers in the language, which must be the active one.

    For drawings of many numbers: to ask for the language takes longer than to write.
    """
    return partial(_written, language=language)


@lru_cache(maxsize=4096)
def _written(value: Decimal, language: str | None) -> str:
    """Write a number in the active language; a page has few of them, many times."""
    plain = f"{value.normalize():f}"
    return str(number_format(plain, force_grouping=True))
