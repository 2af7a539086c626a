"""An indicator's values in words, for whoever does not see the drawing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rollout.figures.series import IndicatorFigures, Point
from rollout.masking import Shown, told_mask
from rollout.templatetags.numbers import number, number_in

#: More lines than this cannot be told apart; the table has them all.
DRAWN = 5


def title_of(figures: IndicatorFigures) -> str:
    """Return the drawing's title."""
    return f"{figures.indicator.name} ({figures.indicator.unit})"


def about(figures: IndicatorFigures) -> str:
    """Return the drawing in words: every line from its first value to its newest."""
    parts = []
    indicator = figures.indicator
    if indicator.threshold is not None:
        parts.append(
            _("Should stay below %(limit)s.") % {"limit": number(indicator.threshold)}
        )
    baseline = told_shown(figures.baseline)
    if baseline:
        parts.append(_("Baseline %(value)s.") % {"value": baseline})
    for target in figures.targets:
        where = target.place.name if target.place else _("everywhere")
        said = {"value": number(target.value), "period": target.period, "place": where}
        parts.append(_("Target %(value)s, %(period)s, %(place)s.") % said)
    drawn = figures.series[:DRAWN]
    # Lines share their periods, so each is put into words once.
    spans = {(p.period_start, p.period_end): p for one in drawn for p in one.points}
    named = {span: point.period for span, point in spans.items()}
    write = number_in(get_language())
    for one in drawn:
        told = "; ".join(
            f"{named[p.period_start, p.period_end]}: {told_value(p, write)}"
            for p in one.points
        )
        parts.append(f"{one.name}: {told}.")
    hidden = len(figures.series) - DRAWN
    if hidden > 0:
        parts.append(_("%(count)d more are in the table only.") % {"count": hidden})
    return " ".join(parts)


def told_value(point: Point, write: Callable[[Decimal], str] = number) -> str:
    """Return a value in words as the person may see it."""
    if point.value is not None:
        return write(point.value)
    return told_mask(point.mask) or (_("met") if point.is_met else _("not met"))


def told_shown(found: Shown) -> str:
    """Return a number, or what is hidden, in words; empty for neither."""
    if found.value is not None:
        return number(found.value)
    return told_mask(found.mask)
