"""Where each indicator stands: its values, judged, masked, and as drawings."""

from rollout.figures.light import Light, Verdict
from rollout.figures.reading import NEWEST, figures_of
from rollout.figures.series import (
    Breakdown,
    IndicatorFigures,
    Point,
    Series,
)

__all__ = [
    "NEWEST",
    "Breakdown",
    "IndicatorFigures",
    "Light",
    "Point",
    "Series",
    "Verdict",
    "figures_of",
]
