"""Numbers the Danish way: "1.234,5", with the decimals they have and no others."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def number(value: Decimal | None) -> str:
    """Return the number as people write it; nothing for none."""
    if value is None:
        return ""
    plain = f"{value.normalize():f}"
    return str(number_format(plain, force_grouping=True))
