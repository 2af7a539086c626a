"""Values in words, with small numbers of residents hidden from who may not see them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from rollout.masking import SMALLEST_SHOWN, WITHHELD, shown, tells_only_whether_kept
from rollout.models import DataRequest, Indicator, Measurement, User


def value_text(
    value: Decimal | None,
    of: Measurement | DataRequest | Indicator,
    user: User | None,
) -> str:
    """Return a value as a person may see it, with its unit; empty for none."""
    found = shown(value, of, to=user)
    indicator = of if isinstance(of, Indicator) else of.indicator
    if found.mask == WITHHELD:
        return _("not shown")
    if found.mask:
        number = _("below %(number)s") % {"number": SMALLEST_SHOWN}
    elif found.value is None:
        return ""
    else:
        # What was entered with more decimals than are usual is not rounded away.
        plain = f"{found.value.normalize():f}"
        decimals = max(indicator.decimals, len(plain.partition(".")[2]))
        number = number_format(found.value, decimals, force_grouping=True)
    return f"{number} {indicator.unit}"


def tells_whether_met(value: Decimal, of: Measurement, user: User | None) -> bool:
    """Say whether a person may know if the value reaches what it was to be."""
    is_seen = not shown(value, of, to=user).mask
    return is_seen or tells_only_whether_kept(of.indicator)
