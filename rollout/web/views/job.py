"""How far long work is: one's own as a list, and pages that may be left."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout.models import Job, JobKind
from rollout.web.access import PersonRequest, page
from rollout.web.sheets import Cell, Sheet, show_list

#: Where one goes on when the work has ended, and under which heading the page stands.
_FROM = {
    JobKind.PLAN: ("rollout:plan_file", "plan"),
    JobKind.BULK: ("rollout:overview", "overview"),
}


@require_safe
@page
def jobs(request: PersonRequest) -> HttpResponse:
    """List the long work that the person asked for, newest first."""
    sheet = Sheet(
        _("My jobs"), [_("What"), _("State"), _("Asked for"), _("Ended"), _("Result")]
    )
    for one in Job.objects.visible_to(request.user):
        sheet.add(
            Cell(one.title, one.get_absolute_url()),
            capfirst(one.get_state_display()),
            *(one.asked_at, one.ended_at, one.told),
        )
    context = {
        "nav": "profile",
        "lead": _("Work that takes longer goes on when you leave its page."),
        "back": reverse("notifications:profile"),
        "back_label": _("My profile"),
    }
    return show_list(request, sheet, context)


@require_safe
@page
def job(request: PersonRequest, pk: int) -> HttpResponse:
    """Tell how far a job is; until its end the page asks again every two seconds."""
    visible = Job.objects.visible_to(request.user).select_related("programme")
    found = get_object_or_404(visible, pk=pk)
    view, nav = _FROM[JobKind(found.kind)]
    context = {
        "nav": nav,
        "programme": found.programme,
        "job": found,
        "back": f"{reverse(view)}?programme={found.programme.code}",
    }
    return render(request, "rollout/job.html", context)
