"""Draws as SVG what `make bench` and `make load` measured, from the results they keep.

Every mark has its figure in words beside it, so that nothing is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

_WIDTH, _LEFT, _RIGHT, _ROW = 860, 16, 150, 40
_INK, _QUIET, _LINE = "#1a1a1a", "#5c5c5c", "#dcdcdc"
_MET, _MISSED, _TOLD = "#0f6b3c", "#b3161b", "#0b4f6c"
_COLOURS = ("#0b4f6c", "#855400", "#0f6b3c", "#6a2c91")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")

Point = tuple[float, float]


def ratios(results: Sequence[dict[str, Any]]) -> str:
    """Return our time over the floor's for each comparison, with its goal.

    Doubling is as wide anywhere on the axis.
    """
    largest = max([4.0, *(max(one["ratio"], one["at_most"] or 0) for one in results)])
    smallest = min([0.5, *(one["ratio"] for one in results)])
    low, high = math.floor(math.log2(smallest)), math.ceil(math.log2(largest))

    def x(ratio: float) -> float:
        room = _WIDTH - _LEFT - _RIGHT
        return round(_LEFT + room * (math.log2(ratio) - low) / (high - low), 1)

    height = 40 + _ROW * len(results)
    drawing = _drawing(height, "Our time over the floor's, and the goals")
    for power in range(low, high + 1):
        _line(drawing, (x(2.0**power), 24), (x(2.0**power), height - 8), _LINE)
        _text(drawing, x(2.0**power), 16, f"{2.0**power:g} ×", "middle", _QUIET)
    for row, one in enumerate(results):
        y = 56 + _ROW * row
        ratio, goal = one["ratio"], one["at_most"]
        colour = _TOLD if goal is None else _MET if one["is_met"] else _MISSED
        _text(drawing, _LEFT, y - 11, one["name"])
        left, right = sorted((x(1), x(ratio)))
        box = {"x": left, "y": y - 7, "width": max(right - left, 2), "height": 14}
        _add(drawing, "rect", **box, fill=colour)
        told = f"{ratio:.2f} ×"
        if goal is not None:
            _line(drawing, (x(goal), y - 10), (x(goal), y + 10), _INK, width=2)
            told += f" of {goal:.3g}, {'met' if one['is_met'] else 'missed'}"
        _text(drawing, _WIDTH - _RIGHT + 6, y + 4, told)
    return _told(drawing)


def course(load: dict[str, Any]) -> str:
    """Return how waits and memory went through a load, one drawing below the other."""
    windows, looks = load["windows"], load["looks"]
    each = load["minutes"] / len(windows)
    middles = [each * (number + 0.5) for number in range(len(windows))]
    waits = {
        name: [(at, window[name]) for at, window in zip(middles, windows, strict=True)]
        for name in ("p50", "p95", "p99")
    }
    memory = {
        name: [(look["at"] / 60, look["megabytes"][name]) for look in looks]
        for name in load["rest_megabytes"]
    }
    drawing = _drawing(440, "Waits and memory through the load")
    for top, title, unit, lines in (
        (0, "Seconds until an answer, by ten minutes", "s", waits),
        (220, "Memory", "MB", memory),
    ):
        _text(drawing, 40, top + 16, title)
        _lines(drawing, top, load["minutes"], unit, lines)
    return _told(drawing)


def _lines(
    drawing: ET.Element,
    top: int,
    minutes: float,
    unit: str,
    lines: dict[str, list[Point]],
) -> None:
    """Draw lines over the minutes, from nothing up, each with its name at its end."""
    left, right, head, foot = 60, _WIDTH - 170, top + 30, top + 190
    most = max(value for points in lines.values() for _at, value in points)

    def y(value: float) -> float:
        return round(foot - (foot - head) * value / most, 1)

    for share in (0, 0.5, 1):
        _line(drawing, (left, y(most * share)), (right, y(most * share)), _LINE)
        told = f"{most * share:.3g} {unit}"
        _text(drawing, left - 6, y(most * share) + 4, told, "end", _QUIET)
    for at in range(0, int(minutes) + 1, max(1, int(minutes / 6))):
        place = left + (right - left) * at / minutes
        _text(drawing, place, foot + 18, f"{at} min", "middle", _QUIET)
    spaced = _apart([y(points[-1][1]) for points in lines.values()])
    for number, (name, points) in enumerate(lines.items()):
        path = " ".join(
            f"{left + (right - left) * at / minutes:.1f},{y(value)}"
            for at, value in points
        )
        colour = _COLOURS[number]
        line = {"points": path, "fill": "none", "stroke": colour, "stroke-width": 2}
        _add(drawing, "polyline", **line, **{"stroke-dasharray": _DASHES[number]})
        told = f"{name}, {points[-1][1]:.3g} {unit}"
        _text(drawing, right + 8, spaced[number] + 4, told, fill=colour)


def _apart(places: Sequence[float], *, least: float = 15) -> list[float]:
    """Return where names may stand so that none covers another: some go up."""
    found = [0.0] * len(places)
    free = math.inf
    for number in sorted(range(len(places)), key=places.__getitem__, reverse=True):
        found[number] = free = min(places[number], free - least)
    return found


def _drawing(height: int, title: str) -> ET.Element:
    drawing = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
    drawing.set("viewBox", f"0 0 {_WIDTH} {height}")
    drawing.set("font-family", "sans-serif")
    drawing.set("font-size", "12")
    ET.SubElement(drawing, "title").text = title
    # Dark words need a light ground, where a reader shows pages dark.
    _add(drawing, "rect", width=_WIDTH, height=height, fill="#ffffff")
    return drawing


def _line(
    drawing: ET.Element, start: Point, end: Point, stroke: str, *, width: float = 1
) -> None:
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    _add(drawing, "line", **ends, stroke=stroke, **{"stroke-width": width})


def _text(
    drawing: ET.Element,
    x: float,
    y: float,
    text: str,
    anchor: str = "start",
    fill: str = _INK,
) -> None:
    place = {"x": x, "y": y, "text-anchor": anchor}
    _add(drawing, "text", **place, fill=fill).text = text


def _add(drawing: ET.Element, tag: str, **attributes: object) -> ET.Element:
    told: Iterable[tuple[str, object]] = attributes.items()
    return ET.SubElement(drawing, tag, {name: str(value) for name, value in told})


def _told(drawing: ET.Element) -> str:
    ET.indent(drawing)
    return ET.tostring(drawing, encoding="unicode") + "\n"
