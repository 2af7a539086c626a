"""Draws an indicator's values over time, as an SVG that print and PDF take as well.

Lines are told apart by dashes, marks and names, never by colour alone; the drawing's
own title and description say what it shows, and a table beside it has the figures.
Attributes only, no styles: the pages forbid those, and PDF writers ignore them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rollout.figures.scale import (
    APART,
    BOTTOM,
    HEIGHT,
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    scale_of,
)
from rollout.figures.series import IndicatorFigures, Point, Series
from rollout.figures.words import DRAWN, about, title_of
from rollout.masking import MASK, SMALLEST_SHOWN
from rollout.templatetags.numbers import number

_INK, _QUIET, _LINE = "#1a1a1a", "#5c5c5c", "#dcdcdc"
_LIMIT, _BASE, _AIM = "#b3161b", "#5c5c5c", "#0f6b3c"
#: Colours of even darkness, so that greyscale keeps them readable.
_COLOURS = ("#0b4f6c", "#855400", "#0f6b3c", "#6a2c91", "#454545")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4")
_HALO = {"paint-order": "stroke", "stroke": "#ffffff", "stroke-width": "3"}
_FONT = "IBM Plex Sans, Libertinus Serif, sans-serif"
#: Marks by the line's place: how far above the value each begins, and its outline.
_SHAPES = {
    1: (4, "h4v8h-8v-8z"),
    2: (5, "l5 9h-10z"),
    3: (6, "l5 6l-5 6l-5 -6z"),
}
_CIRCLE = (4.5, "a4.5 4.5 0 0 1 0 9a4.5 4.5 0 0 1 0 -9z")
_NAME_LENGTH = 19
_NAMES_APART = 14


def chart_of(figures: IndicatorFigures, *, key: str) -> SafeString:
    """Return the drawing. ``key`` tells it from others on the page.

    Empty where there is nothing to draw.
    """
    if not figures.series:
        return SafeString("")
    drawing = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "role": "img",
            "aria-labelledby": f"chart-{key}-title chart-{key}-about",
            "font-family": _FONT,
            "font-size": "12",
            "fill": _INK,
        },
    )
    ET.SubElement(drawing, "title", id=f"chart-{key}-title").text = title_of(figures)
    ET.SubElement(drawing, "desc", id=f"chart-{key}-about").text = about(figures)
    series = figures.series[:DRAWN]
    scale = scale_of(figures, series)
    if figures.is_verdict_only:
        _draw_verdicts(drawing, series, scale)
    else:
        _draw_axis(drawing, scale)
        # Written over the lines that cross them, each in a space of its own.
        names = ET.Element("g", _HALO)
        _draw_limits(drawing, names, figures, scale)
        _draw_targets(drawing, names, figures, scale)
        for place, one in enumerate(series):
            _draw_series(drawing, one, place, scale)
        drawing.append(names)
        _draw_names(drawing, series, scale)
    _draw_periods(drawing, series, scale)
    # Everything in it was escaped when it was written.
    return mark_safe(ET.tostring(drawing, encoding="unicode"))  # noqa: S308


def _line(
    drawing: ET.Element,
    *,
    ends: tuple[float, float, float, float],
    stroke: str,
    **more: str,
) -> None:
    x1, y1, x2, y2 = (str(end) for end in ends)
    attributes = {name.replace("_", "-"): text for name, text in more.items()}
    ET.SubElement(
        drawing, "line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": stroke}
    ).attrib.update(attributes)


def _text(drawing: ET.Element, x: float, y: float, text: str, **more: str) -> None:
    attributes = {name.replace("_", "-"): said for name, said in more.items()}
    ET.SubElement(drawing, "text", {"x": str(x), "y": str(y), **attributes}).text = text


def _draw_axis(drawing: ET.Element, scale: Scale) -> None:
    ticks = [(scale.y(value), told) for value, told in scale.ticks]
    lines = "".join(f"M{scale.left} {y}H{WIDTH - RIGHT}" for y, _told in ticks)
    ET.SubElement(drawing, "path", {"d": lines, "stroke": _LINE})
    at = scale.left - APART
    for y, told in ticks:
        _text(drawing, at, y + 4, told, text_anchor="end", fill=_QUIET)


def _draw_limits(
    drawing: ET.Element, names: ET.Element, figures: IndicatorFigures, scale: Scale
) -> None:
    """Draw the baseline dashed and the threshold double, each with its name."""
    indicator = figures.indicator
    baseline = figures.baseline.value
    if baseline is not None:
        y = scale.y(baseline)
        ends = (scale.left, y, WIDTH - RIGHT, y)
        _line(drawing, ends=ends, stroke=_BASE, stroke_dasharray="5 4")
        said = _("Baseline %(value)s") % {"value": number(baseline)}
        middle = (scale.left + WIDTH - RIGHT) / 2
        _text(
            *(names, middle, y - 4, said),
            text_anchor="middle",
            fill=_BASE,
            font_size="11",
        )
    if indicator.threshold is not None:
        y = scale.y(indicator.threshold)
        for off, width in ((0, "2"), (-4, "1")):
            ends = (scale.left, y + off, WIDTH - RIGHT, y + off)
            _line(drawing, ends=ends, stroke=_LIMIT, stroke_width=width)
        said = _("Must stay below %(limit)s") % {"limit": number(indicator.threshold)}
        _text(names, scale.left + 4, y - 9, said, fill=_LIMIT, font_size="11")


def _draw_targets(
    drawing: ET.Element, names: ET.Element, figures: IndicatorFigures, scale: Scale
) -> None:
    """Draw each target over its period, as far as that is drawn, with its value."""
    for target in figures.targets:
        first = max(target.period_start, scale.first)
        last = min(target.period_end, scale.last)
        if first > last:
            continue
        y, x2 = scale.y(target.value), scale.x(last)
        # A period that ends where the drawing begins would be a dot.
        x1 = min(scale.x(first), x2 - 24)
        _line(drawing, ends=(x1, y, x2, y), stroke=_AIM, stroke_width="3")
        said = _("Target %(value)s") % {"value": number(target.value)}
        if target.place is not None and len(figures.series) > 1:
            said = f"{said}, {target.place.name}"
        _text(
            *(names, x2, y - 5, said),
            text_anchor="end",
            fill=_AIM,
            font_size="11",
        )


def _draw_series(drawing: ET.Element, one: Series, place: int, scale: Scale) -> None:
    colour, dash = _COLOURS[place], _DASHES[place]
    for run in _runs(one.points):
        path = " ".join(f"{scale.x(p.period_end)},{scale.y(p.value or 0)}" for p in run)
        line = {"points": path, "fill": "none", "stroke": colour, "stroke-width": "2"}
        if dash:
            line["stroke-dasharray"] = dash
        ET.SubElement(drawing, "polyline", line)
    _draw_marks(drawing, one, place, scale)
    for point in one.points:
        if point.value is None and point.mask == MASK:
            _draw_hidden(drawing, point, scale, colour)


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield the stretches in which every value is shown; no line crosses a gap."""
    run: list[Point] = []
    for point in points:
        if point.value is None:
            yield run
            run = []
        else:
            run.append(point)
    yield run


def _draw_hidden(drawing: ET.Element, point: Point, scale: Scale, colour: str) -> None:
    """Draw a hidden value as the whole range in which it may lie."""
    x, top, foot = scale.x(point.period_end), scale.y(SMALLEST_SHOWN), scale.y(0)
    box = {"x": str(x - 4), "y": str(top), "width": "8", "height": str(foot - top)}
    ET.SubElement(
        drawing,
        "rect",
        {**box, "fill": "#ffffff", "stroke": colour, "stroke-dasharray": "2 2"},
    )
    _text(drawing, x, top - 4, point.mask, text_anchor="middle", fill=colour)


def _draw_marks(drawing: ET.Element, one: Series, place: int, scale: Scale) -> None:
    """Draw the values' marks: circles, squares, triangles, diamonds or rings.

    One path for all of them, for a page has thousands.
    """
    colour = _COLOURS[place]
    up, shape = _SHAPES.get(place, _CIRCLE)
    marks = "".join(
        f"M{scale.x(point.period_end)} {round(scale.y(point.value) - up, 1)}{shape}"
        for point in one.points
        if point.value is not None
    )
    look = {"fill": colour}
    if place not in _SHAPES:
        look = {"fill": "#ffffff" if place else colour, "stroke": colour}
        look["stroke-width"] = "2"
    if marks:
        ET.SubElement(drawing, "path", {"d": marks, **look})


def _draw_names(drawing: ET.Element, series: Sequence[Series], scale: Scale) -> None:
    """Write each line's name and newest value behind its end, one below the other."""
    places = sorted(
        (scale.y(one.newest.value or 0), place, one) for place, one in enumerate(series)
    )
    lowest = float("-inf")
    for y, place, one in places:
        lowest = max(y, lowest + _NAMES_APART)
        name = one.name
        if len(name) > _NAME_LENGTH:
            name = f"{name[: _NAME_LENGTH - 1]}…"
        at = WIDTH - RIGHT + 10
        _text(drawing, at, lowest + 4, name, fill=_COLOURS[place], font_size="11")


def _draw_verdicts(drawing: ET.Element, series: Sequence[Series], scale: Scale) -> None:
    """Draw nothing but whether the threshold was kept, period by period."""
    apart = (HEIGHT - TOP - BOTTOM) / (len(series) + 1)
    for row, one in enumerate(series, start=1):
        y = TOP + apart * row
        _text(drawing, WIDTH - RIGHT + 10, y + 4, one.name[:_NAME_LENGTH])
        for point in one.points:
            x = scale.x(point.period_end)
            tick, cross = (
                f"M{x - 7} {y}l5 5l9 -11",
                f"M{x - 6} {y - 6}l12 12m0 -12l-12 12",
            )
            sign = {"d": tick if point.is_met else cross, "fill": "none"}
            colour = _AIM if point.is_met else _LIMIT
            sign |= {"stroke": colour, "stroke-width": "3"}
            ET.SubElement(drawing, "path", sign)
            said = _("met") if point.is_met else _("not met")
            _text(drawing, x, y + 22, said, text_anchor="middle", font_size="11")


def _draw_periods(drawing: ET.Element, series: Sequence[Series], scale: Scale) -> None:
    """Name the last period, and before it from the first those that find room."""
    by_day = {p.period_end: p for one in series for p in one.points}
    named = {day: point.period for day, point in by_day.items()}
    foot = HEIGHT - BOTTOM
    places = {day: scale.x(day) for day in sorted(named)}
    ticks = "".join(f"M{x} {foot}v5" for x in places.values())
    ET.SubElement(drawing, "path", {"d": ticks, "stroke": _QUIET})
    last = max(named)
    free_from, free_to = float("-inf"), places[last] - _half(named[last])
    for day, x in places.items():
        half = _half(named[day])
        at = max(x, half)
        if free_from < at - half and at + half < free_to:
            _name_period(drawing, at, named[day])
            free_from = at + half
    _name_period(drawing, places[last], named[last])


def _half(name: str) -> float:
    """Return half the room that a period's name takes."""
    return len(name) * 3.2 + 4


def _name_period(drawing: ET.Element, at: float, name: str) -> None:
    _text(
        *(drawing, at, HEIGHT - 10, name),
        text_anchor="middle",
        fill=_QUIET,
        font_size="11",
    )
