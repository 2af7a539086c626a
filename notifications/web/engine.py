"""How the engine runs: a page of signs of life, and a warning while no mail leaves."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import pulse
from notifications.models import SuppressedAddress
from rollout.models import READS_ALL, Role
from rollout.web.access import PersonRequest, page


@require_safe
@page
def engine(request: PersonRequest) -> HttpResponse:
    """Show what is wrong with the engine; nothing to others, or where all is well."""
    roles = {membership.role for membership in request.user.memberships.all()}
    runs = request.user.is_staff or bool(roles & {Role.MANAGER, Role.COORDINATOR})
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
