"""Help: where to begin, which keys there are, and how accessible the pages are."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollout.models import User
from rollout.web.access import PersonRequest, action, page


@require_safe
@page
def help_page(request: PersonRequest) -> HttpResponse:
    """Tell where to begin."""
    return render(request, "help/help.html", {"nav": "help", "tab": "help"})


@require_safe
@page
def keyboard(request: PersonRequest) -> HttpResponse:
    """List the keys."""
    return render(request, "help/keyboard.html", {"nav": "help", "tab": "keyboard"})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say honestly how accessible the pages are; open to everybody."""
    context = {
        "nav": "help",
        "tab": "accessibility",
        "contact": settings.ACCESSIBILITY_CONTACT,
    }
    return render(request, "help/accessibility.html", context)


@action
def character_keys(request: PersonRequest) -> HttpResponse:
    """Turn the keys of a single character off, or with ``on`` on again."""
    is_on = "on" in request.POST
    User.objects.filter(pk=request.user.pk).update(has_character_keys=is_on)
    return HttpResponseRedirect(reverse("rollout:keyboard"))


@action
def tour(request: PersonRequest) -> HttpResponse:
    """Put the tour away for good, or with ``again`` show it once more."""
    seen_at = None if "again" in request.POST else timezone.now()
    User.objects.filter(pk=request.user.pk).update(tour_seen_at=seen_at)
    return HttpResponseRedirect(reverse("rollout:overview"))
