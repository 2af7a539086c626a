"""Draws the overview's cells: a thousand on a page, so in code and not by a template.

A cell is a link to its activity, or a choice where several are to be changed at once.
What many cells share (a sign, a note, a size) is drawn once for the page, by the same
templates as elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rollout.models import ActivityState, Initiative, Nature
from rollout.status import Cell
from rollout.templatetags.dates import short_day
from rollout.templatetags.rollout_web import draw_marks, icon

_ROW = (
    '<tr role="row" id="initiative-{key}">'
    '<th scope="row" role="rowheader" class="matrix-initiative">'
    '{part}{name} <span class="quiet">{nature}</span>{choose}</th>{fields}</tr>\n'
)
_PART = (
    '<span class="part" aria-hidden="true">↳</span>'
    ' <span class="sr-only">{text}</span> '
)
_LINK = '<a class="cell" id="cell-{key}" href="{url}">{inner}</a>'
_CHOICE = (
    '<label class="cell" for="cell-{key}"><input type="checkbox" class="cell-choice"'
    ' id="cell-{key}" name="activity" value="{key}"{checked}>{inner}</label>'
)
_BEFORE = '{icon}<span class="cell-text"><span class="sr-only">'
_AFTER = (
    ', {place}:</span> <span class="cell-state">{state}</span>'
    "{size}{where}{note}{marks}</span>"
)
_FIELD = (
    '<td role="cell"><span class="matrix-place" aria-hidden="true">{column}</span>'
    "{cells}</td>"
)
_EMPTY = (
    '<td role="cell" class="matrix-none"><span aria-hidden="true">–</span>'
    '<span class="sr-only">{text}</span></td>'
)


class Look(NamedTuple):
    """Everything that a cell shows, save whose it is: a page has few, many times."""

    place: str
    names_place: bool
    #: The state, or that it is a proposal.
    state: str
    size: int
    note: str
    marks: Marks


class Marks(NamedTuple):
    """What somebody should look at."""

    overdue: int
    is_withdrawn: bool
    is_missing_responsible: bool
    #: How many things are missing for the next step.
    missing: int


class Cells:
    """The cells of one page, in the language of its reader."""

    def __init__(self, chosen: Collection[int] | None = None) -> None:
        """``chosen``: which activities are ticked; None where cells are links."""
        self.chosen = chosen
        # What was drawn before; it lives as long as the page is drawn.
        self._escape = cache(conditional_escape)
        self._bars = cache(_bars)
        self._note = cache(_note)
        self._nature = cache(_nature)
        self._drawn = cache(_draw)
        self._none = _EMPTY.format(text=conditional_escape(_("not covered")))
        self._part = _PART.format(text=conditional_escape(_("part:")))

    def draw_row(
        self, initiative: Initiative, fields: Iterable[str], *, is_part: bool
    ) -> SafeString:
        """Draw an initiative and its fields, one for each column."""
        row = _ROW.format(
            key=initiative.pk,
            part=self._part if is_part else "",
            name=self._escape(initiative.name),
            nature=self._nature(initiative.nature),
            choose="" if self.chosen is None else _choose(initiative.name),
            fields="".join(fields),
        )
        return SafeString(row)

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
        activity = cell.activity
        key: int = activity.pk
        look = Look(
            place=activity.place.name,
            names_place=names_place,
            state="proposal" if activity.is_proposal else activity.state,
            size=activity.weight,
            note=self._note_of(cell),
            marks=Marks(
                cell.overdue,
                cell.is_readiness_withdrawn,
                cell.is_missing_responsible,
                len(cell.reasons) if cell.is_held_up else 0,
            ),
        )
        before, after = self._drawn(look)
        inner = f"{before}{initiative}{after}"
        if self.chosen is None:
            return _LINK.format(key=key, url=activity.get_absolute_url(), inner=inner)
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


def _draw(look: Look) -> tuple[str, str]:
    """Draw what stands in a cell before and after the name of its initiative."""
    place = conditional_escape(look.place)
    after = _AFTER.format(
        place=place,
        state=conditional_escape(_state(look.state)),
        size=_size(look.size) if look.size > 1 else "",
        where=_told(place) if look.names_place else "",
        note=look.note,
        marks=f" {draw_marks(**look.marks._asdict())}" if any(look.marks) else "",
    )
    return _BEFORE.format(icon=icon(look.state)), after


def _nature(nature: str) -> str:
    if nature == Nature.NOT_STATED:
        return conditional_escape(_("nature not stated"))
    return conditional_escape(Nature(nature).label)


def _choose(name: str) -> str:
    return render_to_string(
        "rollout/parts/select_all.html", {"of": "row", "what": name}
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
