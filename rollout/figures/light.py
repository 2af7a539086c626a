"""Whether a value is where it should be, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.models import Direction, Indicator, Rhythm
from rollout.templatetags.numbers import number

#: Days after the end of its period at which a value is too old to trust: a period and a
#: half, or what register data take to come.
_STALE_DAYS = {
    Rhythm.MONTHLY: 60,
    Rhythm.QUARTERLY: 140,
    Rhythm.HALF_YEARLY: 280,
    Rhythm.SCHOOL_YEAR: 550,
    Rhythm.YEARLY: 550,
}


class Light(models.TextChoices):
    """The traffic light. Each has a sign of its own, so that colour is not needed."""

    GOOD = "good", gettext_lazy("on course")
    WATCH = "watch", gettext_lazy("keep an eye on it")
    BAD = "bad", gettext_lazy("off course")
    UNKNOWN = "unknown", gettext_lazy("cannot be judged")

    @property
    def icon(self) -> str:
        """The name of its sign."""
        return f"light-{self.value}"


#: From the one that asks most for attention.
URGENCY = (Light.BAD, Light.WATCH, Light.UNKNOWN, Light.GOOD)


@dataclass(frozen=True)
class Verdict:
    """A light and why it shines."""

    light: Light
    reason: str


def unmeasured(indicator: Indicator) -> Verdict:
    """Return the verdict where there is no approved value."""
    if not indicator.delivered_by_id:
        reason = _("No value is approved yet, and nobody is named to deliver one.")
    else:
        reason = _("No value is approved yet.")
    return Verdict(Light.UNKNOWN, reason)


def too_small() -> Verdict:
    """Return the verdict where the value may not be shown, nor what follows from it."""
    return Verdict(Light.UNKNOWN, _("The number is too small to be shown or judged."))


def is_stale(indicator: Indicator, period_end: date, *, on: date) -> bool:
    """Say whether a value for a period that ended then is too old on ``on``."""
    days = _STALE_DAYS.get(Rhythm(indicator.rhythm))
    return days is not None and (on - period_end).days > days


def judge(
    indicator: Indicator,
    value: Decimal,
    before: Decimal | None,
    target: Decimal | None,
    *,
    tells: bool,
) -> Verdict:
    """Judge a value. ``tells`` says whether the reason may name numbers.

    The threshold counts first, then the target, then the baseline. ``before`` is the
    value of the period before: without a baseline, only whether it rises or falls is
    known, which is no proof of success.
    """
    if indicator.direction == Direction.KEEP_BELOW:
        return _against_threshold(indicator, value, tells=tells)
    if target is not None:
        return _against_target(indicator, value, target)
    if indicator.baseline is not None:
        return _against_baseline(indicator, value, indicator.baseline)
    if before is None:
        return Verdict(
            Light.UNKNOWN, _("There is no baseline and no earlier value to compare.")
        )
    step = _step(indicator, value, before)
    if step == 0:
        return Verdict(Light.WATCH, _("No baseline. Unchanged since the value before."))
    if step > 0:
        return Verdict(
            Light.WATCH, _("No baseline. Moves the right way since the value before.")
        )
    return Verdict(
        Light.BAD, _("No baseline. Moves the wrong way since the value before.")
    )


def aged(verdict: Verdict) -> Verdict:
    """Return what is left of a verdict on a value that is too old."""
    light = Light.WATCH if verdict.light == Light.GOOD else verdict.light
    old = _("The value is old.")
    return Verdict(light, f"{verdict.reason} {old}")


def _against_threshold(indicator: Indicator, value: Decimal, *, tells: bool) -> Verdict:
    is_met = bool(indicator.is_met_by(value))
    light = Light.GOOD if is_met else Light.BAD
    limit = number(indicator.threshold)
    if not tells:
        text = (
            _("Met: below %(limit)s.") if is_met else _("Not met: not below %(limit)s.")
        )
        return Verdict(light, text % {"limit": limit})
    if is_met:
        text = _("Met: %(value)s is below %(limit)s.")
    else:
        text = _("Not met: %(value)s is not below %(limit)s.")
    return Verdict(light, text % {"value": number(value), "limit": limit})


def _against_target(indicator: Indicator, value: Decimal, target: Decimal) -> Verdict:
    said = {"value": number(value), "target": number(target)}
    if indicator.is_met_by(value, target):
        return Verdict(Light.GOOD, _("%(value)s reaches the target %(target)s.") % said)
    base = indicator.baseline
    if base is not None and _step(indicator, value, base) > 0:
        text = _("%(value)s misses the target %(target)s, but is above the baseline.")
        if indicator.direction == Direction.DECREASE:
            text = _(
                "%(value)s misses the target %(target)s, but is below the baseline."
            )
        return Verdict(Light.WATCH, text % said)
    return Verdict(Light.BAD, _("%(value)s misses the target %(target)s.") % said)


def _against_baseline(indicator: Indicator, value: Decimal, base: Decimal) -> Verdict:
    step = _step(indicator, value, base)
    # The baseline itself may be a small number, and stands beside it for who may know.
    said = {"value": number(value)}
    if step > 0:
        text = _("%(value)s is better than the baseline.")
        return Verdict(Light.GOOD, text % said)
    if step == 0:
        text = _("%(value)s is the same as the baseline.")
        return Verdict(Light.WATCH, text % said)
    text = _("%(value)s is worse than the baseline.")
    return Verdict(Light.BAD, text % said)


def _step(indicator: Indicator, value: Decimal, other: Decimal) -> Decimal:
    """Return how far a value is better than another; negative where it is worse."""
    step = value - other
    return -step if indicator.direction == Direction.DECREASE else step
