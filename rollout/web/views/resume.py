"""After a login that had expired: back to the form as it was filled in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rollout.web.access import PersonRequest, page
from rollout.web.unsent import RESUMED, unsent_of


@require_safe
@never_cache
@page
def resume(request: PersonRequest) -> HttpResponse:
    """Offer to go on with what was written; it is posted, so no address tells it."""
    unsent = unsent_of(request, at=timezone.now())
    if unsent is None:
        return redirect("rollout:start")
    return render(request, "rollout/resume.html", {"unsent": unsent, "mark": RESUMED})
