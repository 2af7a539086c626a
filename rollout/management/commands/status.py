"""Prints how far a programme is, as a table a person can read in a terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import ActivityState, Deadline, Place, PlaceKind, Programme
from rollout.status import Cell, Counts, ProgrammeStatus, programme_status

NAME_WIDTH = 42
NOT_COVERED = "\N{EN DASH}"


class Command(BaseCommand):
    """Print a programme's status for the operator, who sees everything."""

    help = "Print how far a programme is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the programme, the date and the language."""
        parser.add_argument(
            "programme", nargs="?", help="code of the programme (default: all)"
        )
        parser.add_argument(
            "--on", type=date.fromisoformat, help="local date (default: today)"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one table for each programme asked for."""
        programmes = Programme.objects.order_by("starts_on", "code")
        if options["programme"]:
            programmes = programmes.filter(code=options["programme"])
            if not programmes:
                raise CommandError(f"There is no programme {options['programme']!r}.")
        on = options["on"] or timezone.localdate()
        with translation.override(options["language"]):
            for programme in programmes:
                status = programme_status(programme, on=on, user=None)
                self.stdout.write("\n".join(as_text(status)))


def as_text(status: ProgrammeStatus) -> Iterator[str]:
    """Lay the status out in lines of text, in the active language."""
    programme = status.programme
    yield f"{programme.name} · {programme.municipality} · {date_format(status.on)}"
    yield _totals(status)
    yield ""
    yield from _matrix(status)
    yield from _section(
        _("Overdue"), [_due(one) for one in status.overdue], empty=_("nothing")
    )
    yield from _section(_("No responsible person"), _names(status.missing_responsible))
    yield from _section(_("Waits for"), _blocked(status))
    yield from _section(_("Decisions awaited"), [str(c) for c in status.decisions])
    yield from _section(_("Next 30 days"), [_due(one) for one in status.upcoming])
    yield ""


def _totals(status: ProgrammeStatus) -> str:
    counts = status.counts
    initiatives = ngettext(
        "%(count)d initiative", "%(count)d initiatives", status.initiatives
    ) % {"count": status.initiatives}
    activities = ngettext(
        "%(count)d activity", "%(count)d activities", counts.total
    ) % {"count": counts.total}
    return f"{initiatives}, {activities}: {_by_state(counts)}"


def _by_state(counts: Counts) -> str:
    order = [
        ActivityState.EVALUATED,
        ActivityState.LAUNCHED,
        ActivityState.IN_CLARIFICATION,
        ActivityState.PLANNED,
        ActivityState.DISCONTINUED,
    ]
    parts = [
        f"{counts.by_state[state]} {state.label}"
        for state in order
        if counts.by_state[state]
    ]
    if counts.proposals:
        parts.append(
            _("%(count)d of the planned are proposals") % {"count": counts.proposals}
        )
    return ", ".join(parts)


def _matrix(status: ProgrammeStatus) -> Iterator[str]:
    places = [one.place for one in status.places if one.place.kind != PlaceKind.GROUP]
    rows: list[list[str]] = [[_("Initiative"), *(place.name for place in places)]]
    for area in status.focus_areas:
        rows.append([area.focus_area.name.upper()])
        for row in area.initiatives:
            indent = "    " if row.initiative.parent_id else "  "
            name = Truncator(indent + row.initiative.name).chars(NAME_WIDTH)
            rows.append([name, *(_in_place(row.cells, place) for place in places)])
    widths = [
        max(len(row[n]) for row in rows if len(row) > n) for n in range(len(places) + 1)
    ]
    for line in rows:
        cells = zip(line, widths, strict=False)
        yield "  ".join(text.ljust(width) for text, width in cells).rstrip()


def _in_place(cells: Iterable[Cell], place: Place) -> str:
    return next((_cell(cell) for cell in cells if cell.place == place), NOT_COVERED)


def _cell(cell: Cell) -> str:
    activity = cell.activity
    if activity.is_proposal:
        return _("proposal")
    text: str = activity.get_state_display()
    if activity.state == ActivityState.IN_CLARIFICATION:
        text += f" {len(cell.ready_aspects)}/3"
    return text


def _section(title: str, lines: Iterable[str], *, empty: str = "") -> Iterator[str]:
    lines = list(lines) or ([empty] if empty else [])
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _names(cells: Iterable[Cell]) -> list[str]:
    return [str(cell.activity) for cell in cells]


def _blocked(status: ProgrammeStatus) -> list[str]:
    return [
        f"{cell.activity}: "
        + " ".join(
            f"{reason.text} ({reason.who})" if reason.who else str(reason.text)
            for reason in cell.reasons
        )
        for cell in status.blocked
        if cell.activity.state == ActivityState.IN_CLARIFICATION
    ]


def _due(deadline: Deadline) -> str:
    about = (
        f"{deadline.title} · {deadline.activity}"
        if deadline.activity
        else (deadline.title)
    )
    held = f" ({deadline.get_hold_display()})" if deadline.hold else ""
    return f"{date_format(deadline.due_on)} · {about}{held}"
