"""One number: delivering it, approving, returning, correcting it, closing periods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import answers, services
from rollout.models import (
    DataRequest,
    LateEntry,
    Measurement,
    PeriodLock,
    Programme,
)
from rollout.services import sum_of_log
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.files import hand_out
from rollout.web.forms import Form, VersionForm
from rollout.web.numbers import DeliveryForm
from rollout.web.reporting.frame import RUN, form_page, must, show
from rollout.web.reporting.round_forms import (
    CorrectionForm,
    EvidenceForm,
    LateEntryForm,
    LockForm,
    ReasonForm,
)
from rollout.web.reporting.value_page import ValuePage
from rollout.web.settings import address_of, carry_out

_TAB = "rounds"


@page
def request_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Deliver a number that is asked for, on a page of its own."""
    visible = DataRequest.objects.visible_to(request.user)
    asked = get_object_or_404(
        visible.select_related("round__programme", "indicator", "place"), pk=pk
    )
    must(request, "rollout.deliver_value", asked)
    counted = sum_of_log(asked.indicator, asked.place, asked.period)
    form = DeliveryForm(request.POST or None, request=asked, initial={"value": counted})

    def deliver() -> str:
        said = form.cleaned_data
        answers.deliver_value(
            *(asked, said["value"]),
            by=request.user,
            at=timezone.now(),
            comment=said["comment"],
        )
        return _("The number is delivered. Thank you.")

    about = [
        f"{asked.place or _('all places')} · {asked.period}",
        _("Due on %(date)s.") % {"date": date_format(asked.due_on)},
    ]
    last = answers.last_text(asked, to=request.user, on=timezone.localdate())
    if last:
        about.append(_("Last time: %(value)s") % {"value": last})
    if counted is not None:
        about.append(_("The number is filled in from the attendance log."))
    back = reverse("rollout:round", args=[asked.round_id])
    return form_page(
        *(request, asked.programme, form, deliver),
        tab=_TAB,
        title=str(asked),
        about="\n".join(about),
        submit=_("Deliver"),
        back=back,
    )


@require_safe
@page
def value(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one value: what it rests on, and what became of it."""
    return _show(request, _find(request, pk))


def _find(request: PersonRequest, pk: int) -> Measurement:
    visible = Measurement.objects.visible_to(request.user).select_related(
        "indicator__objective__focus_area__programme",
        "place",
        "data_request__round",
        "submitted_by",
        "approved_by",
    )
    return get_object_or_404(visible, pk=pk)


def _show(request: PersonRequest, found: Measurement, **forms: Form) -> HttpResponse:
    shown = ValuePage(found, user=request.user, on=timezone.localdate(), forms=forms)
    return show(
        *(request, "value", found.programme, _TAB),
        page=shown,
        value=found,
        title=str(found.data_request or found.indicator),
        back=shown.back,
        page_url=reverse("rollout:value", args=[found.pk]),
    )


def _deed(
    request: PersonRequest,
    found: Measurement,
    name: str,
    form: Form,
    deed: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    def again() -> HttpResponse:
        return _show(request, _find(request, found.pk), **{name: form})

    back = reverse("rollout:value", args=[found.pk])
    return carry_out(
        request, form, lambda: deed(form.cleaned_data), again=again, back=back
    )


@action
def approve_delivered(request: PersonRequest, pk: int) -> HttpResponse:
    """Approve a value that was delivered."""
    found = _find(request, pk)

    def approve(values: dict[str, Any]) -> str:
        services.approve_measurement(
            found,
            by=request.user,
            at=timezone.now(),
            expected_version=values["version"],
        )
        return _("The number is approved.")

    form = VersionForm(request.POST, prefix="approval")
    return _deed(request, found, "approval", form, approve)


@action
def return_value(request: PersonRequest, pk: int) -> HttpResponse:
    """Return a value, so that it is asked for again."""
    found = _find(request, pk)

    def give_back(values: dict[str, Any]) -> str:
        services.return_measurement(
            found, reason=values["reason"], by=request.user, at=timezone.now()
        )
        return _("The number is returned, and is asked for again.")

    form = ReasonForm(request.POST, prefix="return")
    return _deed(request, found, "return", form, give_back)


@action
def correct_value(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a value; the old one is kept."""
    found = _find(request, pk)

    def correct(values: dict[str, Any]) -> str:
        services.correct_measurement(
            *(found, values["value"]),
            reason=values["reason"],
            by=request.user,
            at=timezone.now(),
        )
        return _("The number is corrected and awaits approval.")

    form = CorrectionForm(request.POST, prefix="correction")
    return _deed(request, found, "correction", form, correct)


@action
def attach(request: PersonRequest, pk: int) -> HttpResponse:
    """Say on what a value rests."""
    found = _find(request, pk)

    def keep(values: dict[str, Any]) -> str:
        services.attach_evidence(found, by=request.user, **values)
        return _("Saved.")

    form = EvidenceForm(request.POST, request.FILES, prefix="evidence")
    return _deed(request, found, "evidence", form, keep)


@require_safe
@page
def value_evidence(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand out the file on which a value rests, to who may see the value."""
    found = _find(request, pk)
    must(request, "rollout.see_small_numbers", found)
    return hand_out(found.evidence)


@programme_page
def locks(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Close periods, and let somebody enter late all the same."""
    must(request, RUN, programme)
    lock = (
        PeriodLock.objects.visible_to(request.user).filter(programme=programme).first()
    )
    initial = {"until": lock.until, "reason": lock.reason} if lock else None
    form = LockForm(request.POST or None, initial=initial)

    def close() -> str:
        services.lock_periods(
            programme, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        return _("Saved.")

    late = LateEntry.objects.visible_to(request.user).filter(programme=programme)
    return form_page(
        *(request, programme, form, close),
        tab=_TAB,
        title=_("Close periods"),
        about=_(
            "Values of a closed period can be neither delivered nor corrected, except"
            " by those who are allowed to enter late."
        ),
        back=address_of("rollout:rounds", programme),
        after=address_of("rollout:locks", programme),
        late=late.select_related("partner", "allowed_by"),
        new_late=address_of("rollout:allow_late", programme),
        template="locks",
    )


@programme_page
def allow_late(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Let a partner, or everybody, enter values of closed periods for a while."""
    must(request, RUN, programme)
    form = LateEntryForm(request.POST or None, programme=programme)

    def allow() -> str:
        services.allow_late_entry(
            programme, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        return _("Saved.")

    return form_page(
        *(request, programme, form, allow),
        tab=_TAB,
        title=_("Allow late entry"),
        back=address_of("rollout:locks", programme),
    )


@action
def end_late(request: PersonRequest, pk: int) -> HttpResponse:
    """Let nobody enter late by a permission any more."""
    late = get_object_or_404(LateEntry.objects.visible_to(request.user), pk=pk)
    back = address_of("rollout:locks", late.programme)

    def end() -> str:
        services.end_late_entry(late, by=request.user)
        return _("Removed.")

    def again() -> HttpResponse:
        return locks(request)

    return carry_out(request, Form(request.POST), end, again=again, back=back)
