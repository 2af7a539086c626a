"""A warning on every page of who runs a programme, while no mail goes out."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import pulse
from rollout.models import Membership, Role, User


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
