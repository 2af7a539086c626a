"""Draws the overview's cells: a thousand on a page, so in code and not by a template.

A cell is a link to its activity, or a choice where several are to be changed at once.
What many cells share (a sign, a note, a size) is drawn once for the page, by the same
templates as elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from rollout.models import ActivityState
from rollout.status import Cell
from rollout.templatetags.dates import short_day
from rollout.templatetags.rollout_web import icon

_LINK = '<a class="cell" id="cell-{key}" href="{url}">{inner}</a>'
_CHOICE = (
    '<label class="cell" for="cell-{key}"><input type="checkbox" class="cell-choice"'
    ' id="cell-{key}" name="activity" value="{key}"{checked}>{inner}</label>'
)
_INNER = (
    '{icon}<span class="cell-text"><span class="sr-only">{initiative}, {place}:</span>'
    ' <span class="cell-state">{state}</span>{size}{where}{note}{marks}</span>'
)
_FIELD = (
    '<td role="cell"><span class="matrix-place" aria-hidden="true">{column}</span>'
    "{cells}</td>"
)
_EMPTY = (
    '<td role="cell" class="matrix-none"><span aria-hidden="true">–</span>'
    '<span class="sr-only">{text}</span></td>'
)


class Cells:
    """The cells of one page, in the language of its reader."""

    def __init__(self, chosen: Collection[int] | None = None) -> None:
        """``chosen``: which activities are ticked; None where cells are links."""
        self.chosen = chosen
        # What was drawn before; it lives as long as the page is drawn.
        self._icon = cache(icon)
        self._escape = cache(conditional_escape)
        self._size = cache(_size)
        self._bars = cache(_bars)
        self._marks = cache(_marks)
        self._note = cache(_note)
        self._state = cache(lambda state: conditional_escape(_state(state)))
        self._none = _EMPTY.format(text=conditional_escape(_("not covered")))

    def draw_field(
        self,
        cells: Sequence[Cell],
        *,
        initiative: str,
        column: str,
        names_place: bool,
    ) -> str:
        """Draw where an initiative meets a column: mostly one activity or none.

        ``names_place``: a cell names its place, because the column holds several.
        """
        if not cells:
            return self._none
        name = self._escape(initiative)
        drawn = "".join(self._draw(one, name, names_place=names_place) for one in cells)
        return _FIELD.format(column=self._escape(column), cells=drawn)

    def _draw(self, cell: Cell, initiative: str, *, names_place: bool) -> str:
        activity, key = cell.activity, cell.activity.pk
        place = self._escape(activity.place.name)
        look = "proposal" if activity.is_proposal else activity.state
        inner = _INNER.format(
            icon=self._icon(look),
            initiative=initiative,
            place=place,
            state=self._state(look),
            size=self._size(activity.weight) if activity.weight > 1 else "",
            where=_told(place) if names_place else "",
            note=self._note_of(cell),
            marks=self._marks_of(cell),
        )
        if self.chosen is None:
            url = activity.get_absolute_url()
            return _LINK.format(key=key, url=url, inner=inner)
        checked = " checked" if key in self.chosen else ""
        return _CHOICE.format(key=key, checked=checked, inner=inner)

    def _note_of(self, cell: Cell) -> str:
        activity = cell.activity
        if activity.is_proposal:
            return self._note("proposal", None)
        if activity.state == ActivityState.IN_CLARIFICATION:
            return self._bars(len(cell.ready_aspects))
        if activity.state == ActivityState.PLANNED and activity.planned_launch_on:
            return self._note("planned", activity.planned_launch_on)
        if activity.launched_on and activity.state != ActivityState.DISCONTINUED:
            return self._note("launched", activity.launched_on)
        return ""

    def _marks_of(self, cell: Cell) -> str:
        return self._marks(
            overdue=cell.overdue,
            withdrawn=cell.is_readiness_withdrawn,
            nobody=cell.is_missing_responsible,
            missing=len(cell.reasons) if cell.is_held_up else 0,
        )


def _state(look: str) -> str:
    return _("proposal") if look == "proposal" else str(ActivityState(look).label)


def _told(note: str, more: str = "") -> str:
    return f' <span class="cell-note{more}">{note}</span>'


def _note(kind: str, day: date | None) -> str:
    if day is None:
        text = _("not confirmed")
    elif kind == "planned":
        text = _("expected %(month)s") % {"month": date_format(day, "F Y")}
    else:
        text = _("since %(date)s") % {"date": short_day(day)}
    return _told(conditional_escape(text))


def _bars(ready: int) -> str:
    bars = render_to_string("rollout/parts/bars.html", {"ready": ready})
    text = _("%(count)s of 3 ready") % {"count": ready}
    return _told(f"{bars} {conditional_escape(text)}", " cell-readiness")


def _size(weight: int) -> str:
    return render_to_string("rollout/parts/size.html", {"size": weight})


def _marks(*, overdue: int, withdrawn: bool, nobody: bool, missing: int) -> str:
    if not (overdue or withdrawn or nobody or missing):
        return ""
    cell: dict[str, Any] = {
        "overdue": overdue,
        "is_readiness_withdrawn": withdrawn,
        "is_missing_responsible": nobody,
        "is_held_up": bool(missing),
        "reasons": range(missing),
    }
    return " " + render_to_string("rollout/parts/marks.html", {"cell": cell}).strip()
