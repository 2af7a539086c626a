"""How far long work is: a page that may be left, reloaded and come back to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rollout.models import Job, JobKind
from rollout.web.access import PersonRequest, page

#: Where one goes on when the work has ended, and under which heading the page stands.
_FROM = {
    JobKind.PLAN: ("rollout:plan_file", "plan"),
    JobKind.BULK: ("rollout:overview", "overview"),
}


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
