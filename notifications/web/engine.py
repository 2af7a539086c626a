"""How the engine runs: a page of signs of life, and a warning while no mail leaves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import pulse
from notifications.models import SuppressedAddress
from rollout.models import READS_ALL, Membership, Role, User
from rollout.web.access import PersonRequest, page


@require_safe
@login_required
def engine(request: HttpRequest) -> HttpResponse:
    """Show what is wrong with the engine; nothing to others, or where all is well."""
    runs = isinstance(request.user, User) and (
        request.user.is_staff
        or Membership.objects.filter(
            user=request.user, role__in=[Role.MANAGER, Role.COORDINATOR]
        ).exists()
    )
    signs = pulse.signs(now=timezone.now()) if runs else None
    return render(request, "notifications/web/engine.html", {"signs": signs})


@require_safe
@page
def signs_of_life(request: PersonRequest) -> HttpResponse:
    """Show when each part was last seen, what it did, and what waits."""
    memberships = request.user.memberships.all()
    if not request.user.is_staff and not any(m.role in READS_ALL for m in memberships):
        raise Http404
    context = {
        "nav": "mail",
        "tab": "engine",
        "signs": pulse.signs(now=timezone.now()),
        "missed_days": pulse.MISSED_DAYS,
        "dead_addresses": SuppressedAddress.objects.visible_to(request.user)
        .in_force()
        .count(),
    }
    return render(request, "notifications/web/signs.html", context)
