"""The fragment “these mails go out”: what a step of an activity would set off."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications.foretelling import mails_of
from notifications.web.whatif import context_of
from rollout.models import Activity
from rollout.web.access import PersonRequest, page
from workflows.engine import Blocked, NotAllowed, perform
from workflows.machine import rules_of


@require_safe
@page
def transition(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """Show who is told at once, and which reminders come or go, if it is done now."""
    asked = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    if name not in rules_of(Activity):
        raise Http404
    now = timezone.now()
    try:
        # Some steps ask for a reason; what it says changes no mail's receivers.
        found = mails_of(
            lambda: perform(asked, name, by=request.user, at=now, reason="–"),
            programme=asked.programme,
            now=now,
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Blocked:
        return HttpResponse(status=204)
    context = context_of(found.difference) | {"told": found.told}
    return render(request, "notifications/web/transition.html", context)
