"""Everything that the timeline's page shows, as its address asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse

from rollout.models import ClosingPeriod, Phase, Programme, Role, User
from rollout.web.narrowing import Narrowing, narrowing_of
from rollout.web.timeline.bars import Bar, bars_of, quiet_bars
from rollout.web.timeline.marks import Arrow, Mark, arrows_of, marks_of
from rollout.web.timeline.reading import (
    PAGE_SIZE,
    Group,
    phases_by_activity,
    read_groups,
)
from rollout.web.timeline.sheet import Sheet
from rollout.web.timeline.table import COLUMNS, Entry, entries_of, in_order
from rollout.web.timeline.trial import Trial, trial_of
from rollout.web.timeline.window import Scale, Window, Zoom, window_of

#: Rows of the table that one page holds.
TABLE_SIZE = 100


class TimelinePage:
    """The page of one programme as one person sees it on one day."""

    def __init__(
        self,
        programme: Programme,
        query: QueryDict,
        *,
        user: User,
        today: date,
    ) -> None:
        self.programme = programme
        self.query = query
        self.user = user
        self.today = today
        self.may_edit = user.has_perm("rollout.edit_activity", programme)
        self.is_table = query.get("view") == "table"

    @cached_property
    def narrowing(self) -> Narrowing:
        """Which part of the programme has been chosen."""
        return narrowing_of(self.query, self.programme)

    @property
    def is_partial(self) -> bool:
        """Whether the person sees only what their own organisation takes part in."""
        return any(
            one.programme_id == self.programme.pk and one.role == Role.PARTNER
            for one in self.user.memberships.all()
        )

    @cached_property
    def window(self) -> Window:
        """The days that are shown."""
        return window_of(
            *(self.query.get("zoom", ""), self.query.get("from", "")),
            self.programme,
            today=self.today,
        )

    @property
    def zooms(self) -> list[tuple[str, str, bool]]:
        """Each zoom with its name, and whether it is the chosen one."""
        return [(one.value, str(one.label), one == self.window.zoom) for one in Zoom]

    @cached_property
    def _phases(self) -> dict[int, Phase | None]:
        return phases_by_activity(self.programme, self.user, self.narrowing.scope)

    @cached_property
    def activities(self) -> Page[int]:
        """The keys of the activities on this page of the chart."""
        return Paginator(list(self._phases), PAGE_SIZE).get_page(self.query.get("page"))

    @property
    def _needs_all(self) -> bool:
        """Whether a file is asked for, or rows sorted across all activities."""
        return "format" in self.query or (self.is_table and "sort" in self.query)

    @cached_property
    def groups(self) -> list[Group]:
        """The activities that are read: a page of them, or all where that is needed."""
        keys = list(self._phases) if self._needs_all else list(self.activities)
        return read_groups(keys, self._phases, self.user)

    @cached_property
    def trial(self) -> Trial | None:
        """What if; None for who may not change dates."""
        if not self.may_edit:
            return None
        return trial_of(self.query, self.programme, self.groups)

    @cached_property
    def sheet(self) -> Sheet:
        """The lines with their dates, as a proposal would move them."""
        calendar = self.programme.working_calendar()
        return Sheet(
            self.programme,
            self.groups,
            Scale(self.window, calendar),
            self.today,
            moved=self.trial.moved if self.trial else {},
        )

    @property
    def today_x(self) -> float | None:
        """Where today is; None outside the window."""
        scale = self.sheet.scale
        return scale.middle(self.today) if scale.holds(self.today) else None

    @cached_property
    def bars(self) -> list[Bar]:
        """Phases and states."""
        return bars_of(self.sheet)

    @cached_property
    def quiet(self) -> list[Bar]:
        """Quiet periods."""
        periods: list[ClosingPeriod] = list(self.programme.closing_periods.all())
        return quiet_bars(self.sheet, periods)

    @cached_property
    def marks(self) -> list[Mark]:
        """Milestones and planned launches."""
        return marks_of(self.sheet)

    @cached_property
    def arrows(self) -> list[Arrow]:
        """What follows what."""
        return arrows_of(self.sheet)

    @cached_property
    def entries(self) -> list[Entry]:
        """The same data as rows, in the order that the address asks for."""
        return in_order(entries_of(self.sheet), self.query.get("sort", ""))

    @cached_property
    def sorted_rows(self) -> Page[Entry]:
        """The rows on this page of the sorted table."""
        return Paginator(self.entries, TABLE_SIZE).get_page(self.query.get("page"))

    @property
    def rows(self) -> Sequence[Entry]:
        """The rows of the table that are shown."""
        return list(self.sorted_rows) if self._needs_all else self.entries

    @property
    def shown(self) -> Page[Any]:
        """What the page is one of: of sorted rows, or of activities in their order."""
        return self.sorted_rows if self._needs_all else self.activities

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The table's headings, and what sorting by each again would do."""
        sort = self.query.get("sort", "")
        directions = {True: "descending", False: "ascending"}
        return [
            {
                "heading": heading,
                "sorted": directions[sort.startswith("-")]
                if sort.removeprefix("-") == name
                else "",
                "sort": f"-{name}" if sort == name else name,
            }
            for name, heading in COLUMNS.items()
        ]

    @cached_property
    def move_address(self) -> str:
        """What tries to move a date, but for the date itself, which comes last."""
        query = self.query.copy()
        for name in ("move", "days", "to", "avoid_quiet"):
            query.pop(name, None)
        address = reverse("rollout:timeline")
        asked = f"{query.urlencode()}&" if query else ""
        return f"{address}?{asked}move="

    @property
    def kept(self) -> Mapping[str, str]:
        """What a form that asks anew keeps of the address."""
        names = ("programme", "view", "zoom", "from", "sort")
        return {name: str(self.query[name]) for name in names if self.query.get(name)}
