"""Numbers as people write them: 1.234,5, in English 1,234.5."""

from __future__ import annotations

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

#: A number without groups, with groups of thousands, and as English has it.
_PLAIN = re.compile(r"-?\d+([.,]\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}([. ]\d{3})+(,\d+)?")
_ENGLISH = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
#: Values are stored with so many digits before and after the point.
_WHOLE_DIGITS, _DECIMALS = 10, 4


def read_number(text: str) -> Decimal:
    """Return the number that somebody wrote. Raises ValidationError.

    In Danish a point before three digits parts thousands; 12.5 and 12,5 are the same.
    """
    plain = text.replace("\u00a0", " ").strip()
    if (get_language() or "").startswith("en") and _ENGLISH.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "").replace(" ", "").replace(",", ".")
    elif _PLAIN.fullmatch(plain):
        plain = plain.replace(",", ".")
    else:
        raise ValidationError(_("Write a number, such as 12 or 12,5."))
    number = Decimal(plain)
    if abs(number) >= 10**_WHOLE_DIGITS or round(number, _DECIMALS) != number:
        raise ValidationError(_("The number has too many digits."))
    return number


def written(number: Decimal) -> str:
    """Return a number so that reading it again gives the same one."""
    exact = f"{number.normalize():f}"
    # Three digits behind a point would be read as thousands.
    return f"{exact}0" if _GROUPED.fullmatch(exact) else exact
