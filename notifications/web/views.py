"""Views: check who asks, make one call, show it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import ledger
from rollout.models import Activity


@require_safe
@login_required
def activity_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the reminders of an activity, past and coming, in words."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    return render(
        request,
        "notifications/web/activity_reminders.html",
        {"ledger": ledger.of_activity(activity, on=timezone.localdate())},
    )
