"""What the pages of reports show, and what people fill in there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.models import FocusArea, Partner, PartnerKind, Report, ReportKind, User
from rollout.periods import Period
from rollout.reports.writers import WRITERS, Writer
from rollout.templatetags.dates import short_day
from rollout.web.forms import DateInput, Form, NoteField, VersionForm
from rollout.web.refusals import PageWithForms, Trouble
from rollout.web.sheets import Cell, Sheet

#: Keys of the forms.
NEW, EDIT, FREEZE, DISCARD = "new", "edit", "freeze", "discard"
_LONGEST = 20_000


class NewReportForm(Form):
    """Which report to make; without days it tells of its usual period."""

    kind = forms.ChoiceField(label=_("Report"), choices=ReportKind.choices)
    first = forms.DateField(label=_("First day"), widget=DateInput, required=False)
    last = forms.DateField(label=_("Last day"), widget=DateInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both days in their order, or neither."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if (first is None) != (last is None):
            self.add_error("last", _("Give both days, or neither."))
        elif first is not None and last is not None and last < first:
            self.add_error("last", _("The last day comes before the first."))
        return data

    def period(self) -> Period | None:
        """Return the chosen period, if one was chosen."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        return Period(first, last) if first and last else None


def _words(label: Any, rows: int = 4) -> forms.CharField:
    return NoteField(label=label, rows=rows, max_length=_LONGEST)


class ReportForm(VersionForm):
    """A draft's own words: introduction, a summary for each area, and what is next."""

    title = forms.CharField(label=_("Title"), max_length=200)
    cover = _words(_("Introduction"))
    outlook = _words(_("The next period"))

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = list(report.programme.focus_areas.order_by("position", "code"))
        self.departments: list[Partner] = []
        if report.kind == ReportKind.COMMITTEE:
            found = report.programme.partners.filter(kind=PartnerKind.DEPARTMENT)
            self.departments = list(found.order_by("name"))
        for area in self.areas:
            self.add_field(f"area-{area.code}", _words(_summary_of(area)))
        for one in self.departments:
            director = forms.CharField(
                label=_("Director for %(name)s") % {"name": one.name},
                required=False,
                max_length=120,
            )
            committee = forms.CharField(
                label=_("Committee of %(name)s") % {"name": one.name},
                required=False,
                max_length=120,
            )
            self.add_field(f"director-{one.code}", director)
            self.add_field(f"committee-{one.code}", committee)

    @classmethod
    def initial_of(cls, report: Report) -> dict[str, Any]:
        """Return what the form holds at first."""
        offices = report.offices.items()
        return {
            "version": report.version,
            "title": report.title,
            "cover": report.cover,
            "outlook": report.outlook,
            **{f"area-{code}": text for code, text in report.summaries.items()},
            **{f"director-{code}": one.get("director", "") for code, one in offices},
            **{f"committee-{code}": one.get("committee", "") for code, one in offices},
        }

    def values(self, report: Report) -> dict[str, Any]:
        """Return what is to be saved."""
        data = self.cleaned_data
        offices = dict(report.offices)
        for one in self.departments:
            offices[one.code] = {
                "director": data[f"director-{one.code}"],
                "committee": data[f"committee-{one.code}"],
            }
        return {
            "title": data["title"],
            "cover": data["cover"],
            "outlook": data["outlook"],
            "summaries": {one.code: data[f"area-{one.code}"] for one in self.areas},
            "offices": offices,
        }


def _summary_of(area: FocusArea) -> str:
    return str(_("Summary: %(area)s") % {"area": area.name})


def sheet_of(reports: Iterable[Report]) -> Sheet:
    """Return reports as a list."""
    sheet = Sheet(
        gettext("Reports"),
        [gettext("Report"), gettext("Kind"), gettext("State"), gettext("Author")],
    )
    for one in reports:
        meeting = ""
        if one.meeting:
            meeting = f"{one.meeting} {short_day(one.meeting.held_on)}"
        sheet.add(
            Cell(one.title, one.get_absolute_url(), note=meeting),
            capfirst(one.get_kind_display()),
            _state_of(one),
            str(one.frozen_by or one.made_by or gettext("made by itself")),
        )
    return sheet


def _state_of(report: Report) -> Cell:
    at = report.frozen_at or report.made_at
    frozen, draft = gettext("frozen %(date)s"), gettext("draft of %(date)s")
    text = (frozen if report.is_frozen else draft) % {"date": short_day(at)}
    return Cell(at, text=text)


class ReportPage(PageWithForms):
    """One report as one person sees it."""

    def __init__(
        self, report: Report, *, user: User, trouble: Trouble | None = None
    ) -> None:
        self.report = report
        self.user = user
        self.trouble = trouble

    @property
    def may_write(self) -> bool:
        """Whether the person may edit the draft."""
        may = self.user.has_perm("rollout.write_report", self.report)
        return may and not self.report.is_frozen

    @property
    def may_freeze(self) -> bool:
        """Whether the person may freeze the draft."""
        may = self.user.has_perm("rollout.freeze_report", self.report)
        return may and not self.report.is_frozen

    @property
    def writers(self) -> list[tuple[str, Writer]]:
        """What it can be downloaded as."""
        return list(WRITERS.items())

    @cached_property
    def edit_form(self) -> Any:
        """The form of the draft's own words."""
        initial = ReportForm.initial_of(self.report)
        return self.form(ReportForm, EDIT, report=self.report, initial=initial)
