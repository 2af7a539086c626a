"""What comes back every year and when boards meet, as one list."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import Meeting, Occasion, Programme
from rollout.templatetags.dates import day_of_year, short_day, week
from rollout.web.sheets import Cell, Sheet


def sheet_of_year(programme: Programme) -> Sheet:
    """Return the fixed points in the order of the programme's year, then meetings."""
    columns = [_("What"), _("Kind"), _("When"), _("Note")]
    sheet = Sheet(_("Fixed points and meetings"), columns)
    occasions = sorted(
        programme.occasions.all(),
        key=lambda one: (one.days_from(programme.starts_on), one.title),
    )
    for one in occasions:
        note = _("our proposal") if one.is_proposal else _("agreed")
        name = Cell(one.title, _page_of("occasions", one.pk))
        # Sorts by the day, of whatever year.
        when = Cell(one.first, text=_when(one))
        sheet.add(name, one.get_kind_display(), when, note)
    for meeting in programme.meetings.order_by("held_on", "pk"):
        held_on = meeting.held_on
        name = Cell(str(meeting), _page_of("meetings", meeting.pk))
        when = Cell(held_on, text=f"{short_day(held_on)} {week(held_on)}")
        sheet.add(name, _("Meeting"), when, _summary(meeting))
    return sheet


def _page_of(sort: str, key: int) -> str:
    return reverse("rollout:settings_year_entry", args=[sort, key])


def _when(one: Occasion) -> str:
    first, last = day_of_year(one.first), day_of_year(one.last)
    return first if first == last else f"{first} – {last}"


def _summary(meeting: Meeting) -> str:
    told = ngettext(
        "summary %(count)d working day before",
        "summary %(count)d working days before",
        meeting.notice_days,
    )
    return told % {"count": meeting.notice_days}
