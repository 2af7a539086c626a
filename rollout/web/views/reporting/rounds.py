"""Planning rounds, agreeing and handing them in, and following what comes in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import DataRequest, MonitoringRound, Programme
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.answers import attempt
from rollout.web.forms import TransitionForm
from rollout.web.refusals import Trouble
from rollout.web.reporting.frame import RUN, form_page, must, show, show_list
from rollout.web.reporting.round_forms import CopyForm, RoundForm
from rollout.web.reporting.rounds import RoundPage, sheet_of_rounds
from rollout.web.settings import address_of
from rollout.web.sheets import ListedSheet, list_or_file
from workflows.engine import perform
from workflows.machine import rules_of

_TAB = "rounds"


@require_safe
@programme_page
def rounds(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List the rounds with what each asked for and what has come in."""
    sheet = sheet_of_rounds(programme, request.user, on=timezone.localdate())
    links = []
    if request.user.has_perm(RUN, programme):
        links = [
            (_("Plan a round"), address_of("rollout:new_round", programme)),
            (_("Copy a year's rounds"), address_of("rollout:copy_rounds", programme)),
            (_("Close periods"), address_of("rollout:locks", programme)),
        ]
    return show_list(
        *(request, programme, _TAB, sheet),
        links=links,
        lead=_(
            "A round is expected until it is agreed with LBF. Only agreed rounds ask"
            " partners for numbers and remind them."
        ),
    )


@programme_page
def new_round(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Plan a round."""
    must(request, RUN, programme)
    form = RoundForm(request.POST or None, programme=programme, reader=request.user)

    def add() -> str:
        services.add_round(programme, form.values(), by=request.user)
        return _("The round is planned. It is expected until it is agreed.")

    back = address_of("rollout:rounds", programme)
    title = _("Plan a round")
    return form_page(request, programme, form, add, tab=_TAB, title=title, back=back)


@page
def change_round(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a round that is not agreed yet."""
    found = get_object_or_404(MonitoringRound.objects.visible_to(request.user), pk=pk)
    must(request, RUN, found)
    form = RoundForm(
        request.POST or None, programme=found.programme, reader=request.user, of=found
    )

    def change() -> str:
        services.change_round(
            *(found, form.values()),
            by=request.user,
            expected_version=form.cleaned_data["version"],
        )
        return _("Saved.")

    back = reverse("rollout:round", args=[found.pk])
    return form_page(
        *(request, found.programme, form, change),
        tab=_TAB,
        title=found.title,
        back=back,
    )


@programme_page
def copy_rounds(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Plan a year's rounds again, a year later."""
    must(request, RUN, programme)
    plan = MonitoringRound.objects.visible_to(request.user).filter(programme=programme)
    years = sorted({one.due_on.year for one in plan}, reverse=True)
    form = CopyForm(request.POST or None, years=years)

    def copy() -> str:
        chosen = plan.filter(due_on__year=form.cleaned_data["year"])
        made = services.copy_rounds(chosen, by=request.user)
        return ngettext(
            "%(count)s round is planned a year later.",
            "%(count)s rounds are planned a year later.",
            len(made),
        ) % {"count": len(made)}

    return form_page(
        *(request, programme, form, copy),
        tab=_TAB,
        title=_("Copy a year's rounds"),
        about=_(
            "Each round of the year is planned again a year later, as expected. A due"
            " day that is no working day becomes the working day before it. Rounds that"
            " are there already are left alone."
        ),
        submit=_("Plan them"),
        back=address_of("rollout:rounds", programme),
    )


@require_safe
@page
def round_(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one round: where it stands, who has delivered, and every number."""
    return _show(request, pk)


def _show(
    request: PersonRequest, pk: int, trouble: Trouble | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    shown = RoundPage(pk, user=request.user, at=at, trouble=trouble)

    def draw(numbers: ListedSheet) -> HttpResponse:
        response = show(
            *(request, "round", shown.round.programme, _TAB),
            page=shown,
            list=numbers,
            round=shown.round,
            title=shown.round.title,
            trouble=trouble,
            back=address_of("rollout:rounds", shown.round.programme),
            page_url=reverse("rollout:round", args=[pk]),
        )
        response.status_code = status
        return response

    return list_or_file(request, shown.sheet, draw)


@action
def move_round(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """Agree, withdraw, hand in, take back or approve a round."""
    visible = MonitoringRound.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("programme"), pk=pk)
    if name not in rules_of(MonitoringRound):
        raise Http404
    at = timezone.now()

    def move(values: dict[str, Any]) -> str:
        moved = perform(
            *(found, name),
            by=request.user,
            at=at,
            reason=values["reason"],
            expected_version=values["version"],
            override=values["override"],
        )
        count = DataRequest.objects.filter(round=moved).count()
        if name == "agree":
            return ngettext(
                "The round is agreed. It asks for %(count)s number.",
                "The round is agreed. It asks for %(count)s numbers.",
                count,
            ) % {"count": count}
        return _("The round is now: %(state)s.") % {"state": moved.get_state_display()}

    def again(trouble: Trouble, status: int) -> HttpResponse:
        return _show(request, pk, trouble, status)

    form = TransitionForm(request.POST, prefix=name)
    back_to = reverse("rollout:round", args=[pk])
    return attempt(*(request, name, form, move), show=again, back_to=back_to)
