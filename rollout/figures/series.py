"""What a reader sees of an indicator: its series, point by point, and their verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.figures import light
from rollout.figures.light import URGENCY, Light, Verdict
from rollout.masking import Shown
from rollout.models import Indicator, Place, Target
from rollout.periods import Period
from rollout.templatetags.dates import age


class Breakdown(models.TextChoices):
    """By what the values of an indicator are told apart."""

    PLACE = "place", gettext_lazy("by place")
    BAND = "band", gettext_lazy("by place and age band")
    GROUP = "group", gettext_lazy("by place and other group")


@dataclass(frozen=True)
class Point:
    """One approved value as one person may see it."""

    period_start: date
    period_end: date
    #: None where it is hidden.
    value: Decimal | None
    #: What stands in its place then; empty where only the verdict is shown.
    mask: str
    #: Whether it stays below the threshold; None where there is none.
    is_met: bool | None
    is_example: bool

    @property
    def period(self) -> str:
        """What its period is called."""
        return str(Period(self.period_start, self.period_end))


@dataclass(frozen=True)
class Series:
    """The values of one place, or of one age band there, from the oldest."""

    place: Place | None
    band: str
    points: Sequence[Point]
    verdict: Verdict
    #: The local date on which it is read.
    on: date
    is_stale: bool

    @property
    def name(self) -> str:
        """Which place and age band it is of."""
        place = self.place.name if self.place else _("everywhere")
        return f"{place}, {self.band}" if self.band else place

    @property
    def age(self) -> str:
        """How long ago the newest value's period ended, in words."""
        return age(self.newest.period_end, self.on)

    @property
    def age_days(self) -> int:
        """Days since then."""
        return (self.on - self.newest.period_end).days

    @property
    def newest(self) -> Point:
        """The newest value."""
        return self.points[-1]

    @property
    def before(self) -> Point | None:
        """The value before the newest, if there is one."""
        return self.points[-2] if len(self.points) > 1 else None


@dataclass(frozen=True)
class IndicatorFigures:
    """An indicator with its series."""

    indicator: Indicator
    #: Where it stood at the beginning, as the person may see it.
    baseline: Shown
    series: Sequence[Series] = field(default_factory=list)
    #: What it is to reach in the places that are shown, by period.
    targets: Sequence[Target] = field(default_factory=list)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict that asks most for attention, and where it holds."""
        if not self.series:
            return light.unmeasured(self.indicator)
        worst = min(self.series, key=lambda one: URGENCY.index(one.verdict.light))
        if len(self.series) == 1:
            return worst.verdict
        return Verdict(worst.verdict.light, f"{worst.name}: {worst.verdict.reason}")

    @property
    def newest_end(self) -> date | None:
        """When the newest period ended of which there is a value."""
        return max((one.newest.period_end for one in self.series), default=None)

    @property
    def is_example(self) -> bool:
        """Whether any value is invented."""
        return any(point.is_example for one in self.series for point in one.points)

    @property
    def is_verdict_only(self) -> bool:
        """Whether the person may know no more than whether the threshold is kept."""
        return bool(self.series) and all(
            point.value is None and not point.mask
            for one in self.series
            for point in one.points
        )


def worst_of(figures: Iterable[IndicatorFigures]) -> Light:
    """Return the light of the indicator that asks most for attention."""
    lights = {one.verdict.light for one in figures}
    return next((one for one in URGENCY if one in lights), Light.UNKNOWN)
