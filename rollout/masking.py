"""Keeps small numbers of residents from whoever has no right to see them.

Pages, the API and its exports, mails and charts all show values through :func:`shown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from rollout.models import DataRequest, Indicator, Measurement, User
from rollout.models.protection import (
    SMALLEST_SHOWN,
    counts_residents,
    tells_only_whether_kept,
)

__all__ = [
    "MASK",
    "SMALLEST_SHOWN",
    "WITHHELD",
    "Shown",
    "counts_residents",
    "in_words",
    "sees_small",
    "shown",
    "shown_to_others",
    "tells_only_whether_kept",
    "tells_whether_met",
    "text_for_others",
    "told_mask",
    "value_text",
]

#: What stands in the place of such a number; says what is hidden, and how much.
MASK = f"<{SMALLEST_SHOWN}"

#: What stands in the place of a number that would tell a small one, or of which
#: others learn no more than whether it stays below its threshold.
WITHHELD = "*"


@dataclass(frozen=True)
class Shown:
    """A value as one person may see it."""

    #: None where there is none, and where it is hidden.
    value: Decimal | None
    #: :data:`MASK` or :data:`WITHHELD` where a value is hidden, and otherwise empty.
    mask: str = ""


def shown(
    value: Decimal | None,
    of: Measurement | DataRequest | Indicator,
    *,
    to: User | AnonymousUser | None,
) -> Shown:
    """Return a value as this person may see it; None is the operator, who sees all.

    ``of`` is what holds the value, by which rights are judged.
    """
    indicator = of if isinstance(of, Indicator) else of.indicator
    if value is None or not counts_residents(indicator) or sees_small(of, to):
        return Shown(value)
    return shown_to_others(value, indicator, is_withheld=_is_withheld(of))


def sees_small(
    of: Measurement | DataRequest | Indicator, to: User | AnonymousUser | None
) -> bool:
    """Say whether a person may see small numbers of this; the operator may."""
    return to is None or to.has_perm("rollout.see_small_numbers", of)


def shown_to_others(
    value: Decimal, indicator: Indicator, *, is_withheld: bool
) -> Shown:
    """Return a number of residents as somebody without the right may see it.

    ``is_withheld`` says whether another's small number would follow from it.
    """
    if tells_only_whether_kept(indicator) or is_withheld:
        return Shown(None, WITHHELD)
    return Shown(None, MASK) if value < SMALLEST_SHOWN else Shown(value)


def _is_withheld(of: Measurement | DataRequest | Indicator) -> bool:
    """Say whether another's small number would follow from the value.

    The last value that goes with a question is for who asks and who answers: it is a
    copy that nothing keeps in step with the values around its source.
    """
    return isinstance(of, DataRequest) or (
        isinstance(of, Measurement) and of.is_withheld
    )


def told_mask(mask: str) -> str:
    """Return what is hidden in words; empty where nothing is."""
    if mask == WITHHELD:
        return _("not shown")
    return _("below %(number)s") % {"number": SMALLEST_SHOWN} if mask else ""


def value_text(
    value: Decimal | None,
    of: Measurement | DataRequest | Indicator,
    user: User | AnonymousUser | None,
) -> str:
    """Return a value as a person may see it, with its unit; empty for none."""
    indicator = of if isinstance(of, Indicator) else of.indicator
    return in_words(shown(value, of, to=user), indicator)


def text_for_others(value: Decimal, indicator: Indicator) -> str:
    """Return a value with its unit as somebody without any right may see it.

    Whether another's small number would follow from it is left aside: it stands alone.
    """
    found = Shown(value)
    if counts_residents(indicator):
        found = shown_to_others(value, indicator, is_withheld=False)
    return in_words(found, indicator)


def in_words(found: Shown, indicator: Indicator) -> str:
    """Return what is shown of a value, with its unit; empty for none."""
    if found.mask == WITHHELD:
        return told_mask(found.mask)
    if found.mask:
        number = told_mask(found.mask)
    elif found.value is None:
        return ""
    else:
        # What was entered with more decimals than are usual is not rounded away.
        plain = f"{found.value.normalize():f}"
        decimals = max(indicator.decimals, len(plain.partition(".")[2]))
        number = number_format(found.value, decimals, force_grouping=True)
    return f"{number} {indicator.unit}"


def tells_whether_met(
    value: Decimal, of: Measurement, user: User | AnonymousUser | None
) -> bool:
    """Say whether a person may know if the value reaches what it was to be."""
    is_seen = not shown(value, of, to=user).mask
    return is_seen or tells_only_whether_kept(of.indicator)
