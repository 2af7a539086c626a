"""Keeps small numbers of residents from whoever has no right to see them.

Pages, the API and its exports all show values through :func:`shown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rollout.models import DataRequest, Indicator, Measurement, User

#: Numbers of residents below this can point to somebody.
SMALLEST_SHOWN = 5

#: What stands in the place of such a number; says what is hidden, and how much.
MASK = f"<{SMALLEST_SHOWN}"


@dataclass(frozen=True)
class Shown:
    """A value as one person may see it."""

    #: None where there is none, and where it is hidden.
    value: Decimal | None
    #: :data:`MASK` where a value is hidden, and otherwise empty.
    mask: str = ""


def counts_residents(indicator: Indicator) -> bool:
    """Say whether values of the indicator count people, or what happened to them.

    What is measured in whole numbers does; shares, means and indices do not.
    """
    return not indicator.is_share and indicator.decimals == 0


def shown(
    value: Decimal | None,
    of: Measurement | DataRequest | Indicator,
    *,
    to: User | None,
) -> Shown:
    """Return a value as this person may see it; None is the operator, who sees all.

    ``of`` is what holds the value, by which rights are judged.
    """
    indicator = of if isinstance(of, Indicator) else of.indicator
    if (
        value is None
        or value >= SMALLEST_SHOWN
        or not counts_residents(indicator)
        or to is None
        or to.has_perm("rollout.see_small_numbers", of)
    ):
        return Shown(value)
    return Shown(None, MASK)
