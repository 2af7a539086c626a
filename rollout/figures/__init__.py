"""Where each indicator stands: its values, judged, masked, and as drawings."""

from rollout.figures.light import Light, Verdict
from rollout.figures.reading import (
    NEWEST,
    Breakdown,
    IndicatorFigures,
    Point,
    Series,
    figures_of,
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
