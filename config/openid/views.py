"""The way to a provider and back, one's own connections, and what claims give."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
)
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from requests import RequestException

from config.openid.provider import Exchange
from rollout.models import Role
from rollout.web.access import PersonRequest, page


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ask whether to go there, and go."""
    return _answer(request, provider_id, OAuth2LoginView)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back with the provider's answer."""
    return _answer(request, provider_id, OAuth2CallbackView)


def _answer(request: HttpRequest, provider_id: str, view: Any) -> HttpResponse:
    exchange = Exchange(request, provider_id)
    try:
        answer: HttpResponse = view.adapter_view(exchange)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, RequestException) as error:
        # Also where the provider cannot be asked at all.
        return render_authentication_error(  # type: ignore[no-any-return]
            request, exchange.get_provider(), exception=error
        )
    return answer


@require_safe
@page
def connections(request: PersonRequest) -> HttpResponse:
    """Show at which providers the person can log in, and offer the others."""
    held = SocialAccount.objects.filter(user=request.user)
    connected = set(held.values_list("provider", flat=True))
    rows = [(one, one.id in connected) for one in settings.OIDC_PROVIDERS]
    context = {"nav": "profile", "rows": rows}
    return render(request, "socialaccount/connections.html", context)


@require_safe
@page
def mapping(request: PersonRequest) -> HttpResponse:
    """Show what claims give: to administrators all, to managers their programmes'."""
    managed = {
        membership.programme.code
        for membership in request.user.memberships.all()
        if membership.role == Role.MANAGER
    }
    if not request.user.is_staff and not managed:
        raise Http404
    rows = [
        (
            provider,
            [
                (rule, Role(rule.role).label)
                for rule in provider.roles
                if request.user.is_staff or rule.programme in managed
            ],
        )
        for provider in settings.OIDC_PROVIDERS
    ]
    context = {"nav": "settings", "rows": rows}
    return render(request, "socialaccount/mapping.html", context)
