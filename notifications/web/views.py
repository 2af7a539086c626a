"""Views: check who asks, make one call, show it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import ledger
from notifications.ledger import Ledger
from rollout.models import Activity, Partner
from rollout.web.access import PersonRequest, page


@require_safe
@page
def activity_reminders(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the reminders of an activity, past and coming, in words."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    found = ledger.of_activity(activity, on=timezone.localdate())
    return _show(request, found, is_of_partner=False)


@require_safe
@page
def partner_reminders(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the reminders of all who act for a partner, past and coming, in words."""
    partner = get_object_or_404(Partner.objects.open_to(request.user), pk=pk)
    today = timezone.localdate()
    found = ledger.of_partner(partner, user=request.user, on=today)
    return _show(request, found, is_of_partner=True)


def _show(
    request: PersonRequest, found: Ledger, *, is_of_partner: bool
) -> HttpResponse:
    return render(
        request,
        "notifications/web/reminders.html",
        {"ledger": found, "is_of_partner": is_of_partner},
    )
