"""The ledgers: who came, what partners contributed, and money from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rollout import services
from rollout.masking import SMALLEST_SHOWN
from rollout.models import Activity, Attendance, Contribution, Grant, Programme
from rollout.periods import Period
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.answers import find_activity
from rollout.web.forms import Form
from rollout.web.reporting.frame import EDIT, form_page, must, show_list
from rollout.web.reporting.ledger_forms import (
    AttendanceForm,
    ContributionForm,
    DeliveryNoteForm,
    GrantForm,
    WidenForm,
)
from rollout.web.settings import address_of, carry_out
from rollout.web.sheets import Cell, ListedSheet, Sheet, list_or_file

_LOG = "rollout.log_attendance"


# --- attendance ---------------------------------------------------------------------


@require_safe
@page
def attendance(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the attendance log of an activity, newest first."""
    found = find_activity(request, pk)
    may_log = request.user.has_perm(_LOG, found)
    columns = [_("Date"), _("Participants"), _("Hours"), _("What")]
    sheet = Sheet(_("Attendance: %(activity)s") % {"activity": found}, columns)
    log = Attendance.objects.visible_to(request.user).filter(activity=found)
    # One small number would follow from its neighbours and the sum of all, or from
    # what was noted beside it.
    is_told = may_log or all(one.total >= SMALLEST_SHOWN for one in log)
    for one in log:
        url = reverse("rollout:change_attendance", args=[one.pk]) if may_log else ""
        counts = _counts(one, may_log=may_log) if is_told else _("not shown")
        note = one.note if is_told else ""
        sheet.add(Cell(one.held_on, url), counts, one.hours, note)
    links = []
    if may_log:
        new = reverse("rollout:new_attendance", args=[pk])
        links = [(_("Log attendance"), new)]
    return show_list(
        *(request, found.programme, "ledgers", sheet),
        links=links,
        back=found.get_absolute_url(),
        lead=_("How many came and for how long. No names are kept."),
    )


def _counts(one: Attendance, *, may_log: bool) -> Cell:
    """Return how many came; by band only for who keeps the log."""
    bands = [f"{band}: {count}" for band, count in one.participants.items() if band]
    return Cell(one.total, note=", ".join(bands) if may_log else "")


@page
def new_attendance(request: PersonRequest, pk: int) -> HttpResponse:
    """Log one time that the activity was held."""
    found = find_activity(request, pk)
    must(request, _LOG, found)
    form = AttendanceForm(request.POST or None, bands=services.bands_of(found))

    def log() -> str:
        at = timezone.now()
        services.log_attendance(found, form.values(), by=request.user, at=at)
        return _("Logged.")

    return _attendance_page(request, found, form, log, _("Log attendance"))


@page
def change_attendance(request: PersonRequest, pk: int) -> HttpResponse:
    """Set an entry of the log right."""
    entry = _entry(request, pk)
    bands = services.bands_of(entry.activity)
    form = AttendanceForm(request.POST or None, bands=bands, of=entry)

    def change() -> str:
        at = timezone.now()
        services.change_attendance(
            *(entry, form.values()),
            by=request.user,
            at=at,
            expected_version=form.cleaned_data["version"],
        )
        return _("Saved.")

    removal = reverse("rollout:remove_attendance", args=[pk])
    return _attendance_page(
        *(request, entry.activity, form, change, _("Change attendance")),
        removal=removal,
    )


def _entry(request: PersonRequest, pk: int) -> Attendance:
    visible = Attendance.objects.visible_to(request.user)
    entry = get_object_or_404(visible.select_related("activity__programme"), pk=pk)
    must(request, _LOG, entry.activity)
    return entry


def _attendance_page(
    request: PersonRequest,
    about: Activity,
    form: Form,
    deed: Callable[[], str],
    title: str,
    removal: str = "",
) -> HttpResponse:
    return form_page(
        *(request, about.programme, form, deed),
        tab="ledgers",
        title=title,
        about=str(about),
        removal=removal,
        back=reverse("rollout:attendance", args=[about.pk]),
    )


@action
def remove_attendance(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an entry out of the log."""
    entry = _entry(request, pk)
    back = reverse("rollout:attendance", args=[entry.activity_id])

    def remove() -> str:
        services.remove_attendance(entry, by=request.user)
        return _("Removed.")

    def again() -> HttpResponse:
        return change_attendance(request, pk)

    return carry_out(request, Form(request.POST), remove, again=again, back=back)


# --- contributions ------------------------------------------------------------------


@require_safe
@programme_page
def contributions(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show what each partner promised and what it has delivered."""
    may_edit = request.user.has_perm(EDIT, programme)
    columns = (_("Contribution"), _("Partner"), _("Kind"), _("Period"), _("Promised"))
    sheet = Sheet(
        _("Contributions"), [*columns, _("Delivered"), _("Missing"), _("Note")]
    )
    rows = Contribution.objects.visible_to(request.user).filter(programme=programme)
    on = timezone.localdate()
    for one in rows.with_delivered().select_related("partner", "activity"):
        sheet.add(*_contribution(one, on=on))
    links = []
    if may_edit:
        new = address_of("rollout:new_contribution", programme)
        links = [(_("Enter a promise"), new)]
    return show_list(
        *(request, programme, "contributions", sheet),
        links=links,
        lead=_("What each partner promised to put in, and what it has delivered."),
    )


def _contribution(one: Contribution, *, on: date) -> list[Cell]:
    delivered: Decimal = getattr(one, "delivered", Decimal(0))
    missing = max(one.promised - delivered, Decimal(0))
    is_late = bool(missing) and one.ends_on < on
    return [
        Cell(one.title, reverse("rollout:contribution", args=[one.pk])),
        Cell(str(one.partner)),
        Cell(one.get_kind_display()),
        Cell(one.starts_on, text=str(Period(one.starts_on, one.ends_on))),
        Cell(one.promised),
        Cell(delivered),
        Cell(missing, is_late=is_late),
        Cell(one.note),
    ]


@programme_page
def new_contribution(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Enter what a partner promises."""
    must(request, EDIT, programme)
    form = ContributionForm(request.POST or None, programme=programme)

    def add() -> str:
        services.promise_contribution(programme, form.values(), by=request.user)
        return _("The promise is entered.")

    return form_page(
        *(request, programme, form, add),
        tab="contributions",
        title=_("Enter a promise"),
        back=address_of("rollout:contributions", programme),
    )


def _find_contribution(request: PersonRequest, pk: int) -> Contribution:
    visible = Contribution.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("programme", "partner"), pk=pk)


@page
def contribution(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one contribution with what was delivered, and note some more."""
    found = _find_contribution(request, pk)
    may_note = request.user.has_perm("rollout.note_delivery", found)
    today = timezone.localdate()
    form = DeliveryNoteForm(request.POST or None, initial={"delivered_on": today})

    def note() -> str:
        services.note_delivery(
            found, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        return _("Noted.")

    columns = [_("Date"), _("Delivered"), _("Note"), _("Noted by")]
    sheet = Sheet(_("Delivered"), columns)
    for one in found.deliveries.select_related("noted_by"):
        sheet.add(one.delivered_on, one.amount, one.note, str(one.noted_by or ""))
    may_edit = request.user.has_perm(EDIT, found.programme)
    change = reverse("rollout:change_contribution", args=[pk]) if may_edit else ""

    def draw(delivered: ListedSheet) -> HttpResponse:
        return form_page(
            *(request, found.programme, form, note),
            tab="contributions",
            title=str(found),
            template="contribution",
            contribution=found,
            list=delivered,
            may_note=may_note,
            change=change,
            back=address_of("rollout:contributions", found.programme),
            after=reverse("rollout:contribution", args=[pk]),
        )

    return list_or_file(request, sheet, draw)


@page
def change_contribution(request: PersonRequest, pk: int) -> HttpResponse:
    """Change what was promised."""
    found = _find_contribution(request, pk)
    must(request, EDIT, found.programme)
    programme = found.programme
    form = ContributionForm(request.POST or None, programme=programme, of=found)

    def change() -> str:
        services.change_contribution(found, form.values(), by=request.user)
        return _("Saved.")

    return form_page(
        *(request, programme, form, change),
        tab="contributions",
        title=str(found),
        back=reverse("rollout:contribution", args=[pk]),
    )


# --- grants -------------------------------------------------------------------------


@require_safe
@programme_page
def grants(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show the money from outside, and what it widens."""
    may_edit = request.user.has_perm(EDIT, programme)
    sheet = Sheet(
        _("Grants"),
        [_("Funder"), _("Amount (DKK)"), _("From"), _("Until"), _("Activities")],
    )
    on = timezone.localdate()
    rows = Grant.objects.visible_to(request.user).filter(programme=programme)
    for one in rows.prefetch_related("activities__initiative", "activities__place"):
        url = reverse("rollout:grant", args=[one.pk]) if may_edit else ""
        ended = _("ended") if one.ends_on < on else ""
        sheet.add(
            Cell(one.funder, url, note=one.note, is_example=one.is_example),
            one.amount,
            one.starts_on,
            Cell(one.ends_on, note=ended),
            "\n".join(str(each) for each in one.activities.all()),
        )
    links = []
    if may_edit:
        links = [(_("Enter a grant"), address_of("rollout:new_grant", programme))]
    return show_list(
        *(request, programme, "grants", sheet),
        links=links,
        lead=_("The last day of a grant is a deadline, of which people are reminded."),
    )


@programme_page
def new_grant(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Enter a grant."""
    must(request, EDIT, programme)
    form = GrantForm(request.POST or None, programme=programme)

    def add() -> str:
        services.add_grant(programme, form.values(), by=request.user)
        return _("The grant is entered.")

    return form_page(
        *(request, programme, form, add),
        tab="grants",
        title=_("Enter a grant"),
        back=address_of("rollout:grants", programme),
    )


def _find_grant(request: PersonRequest, pk: int) -> Grant:
    visible = Grant.objects.visible_to(request.user).select_related("programme")
    found = get_object_or_404(visible, pk=pk)
    must(request, EDIT, found.programme)
    return found


@page
def grant(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a grant."""
    found = _find_grant(request, pk)
    form = GrantForm(request.POST or None, programme=found.programme, of=found)

    def change() -> str:
        services.change_grant(found, form.values(), by=request.user)
        return _("Saved.")

    return form_page(
        *(request, found.programme, form, change),
        tab="grants",
        title=found.funder,
        template="grant",
        widen=reverse("rollout:widen", args=[pk]),
        back=address_of("rollout:grants", found.programme),
    )


@page
def widen(request: PersonRequest, pk: int) -> HttpResponse:
    """Carry an initiative out in more places on a grant's money."""
    found = _find_grant(request, pk)
    form = WidenForm(request.POST or None, programme=found.programme)

    def carry() -> str:
        data = form.cleaned_data
        made = services.widen_by_grant(
            *(found, data["initiative"], list(data["places"])), by=request.user
        )
        return ngettext(
            "%(count)s activity is planned on the grant.",
            "%(count)s activities are planned on the grant.",
            len(made),
        ) % {"count": len(made)}

    return form_page(
        *(request, found.programme, form, carry),
        tab="grants",
        title=_("Widen an initiative by the grant of %(funder)s")
        % {"funder": found.funder},
        about=_("Each place gets a planned activity that is linked to the grant."),
        back=reverse("rollout:grant", args=[pk]),
    )
