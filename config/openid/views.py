"""The way to a provider and back, one's own connections, and what claims give."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
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
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from config.openid.provider import Exchange, configured
from config.openid.reading import SamlProvider
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


#: No answer of a provider is longer, in characters.
_LONGEST = 256 * 1024


def _known_saml(request: HttpRequest, key: str) -> None:
    """Raise Http404 for what is no SAML provider of the settings.

    From here on we are what BASE_URL says, whatever host the request claims: answers
    are made for that.
    """
    if not isinstance(configured(key), SamlProvider):
        raise Http404
    request.META["HTTP_HOST"] = urlsplit(settings.BASE_URL).netloc


# What SAML needs is installed where it is used: its modules are imported there.


def saml_login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Ask whether to go there, and go."""
    _known_saml(request, organization_slug)
    from allauth.socialaccount.providers.saml import views  # noqa: PLC0415

    answer: HttpResponse = views.login(request, organization_slug=organization_slug)
    return answer


@csrf_exempt
@require_POST
def saml_answer(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Take the answer, which comes without our cookies, to the next request."""
    _known_saml(request, organization_slug)
    if len(request.POST.get("SAMLResponse", "")) > _LONGEST:
        return HttpResponse(status=413)
    from allauth.socialaccount.providers.saml import views  # noqa: PLC0415

    answer: HttpResponse = views.acs(request, organization_slug=organization_slug)
    return answer


@require_safe
def saml_finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Look at the answer, now that the browser has said whose login it is."""
    _known_saml(request, organization_slug)
    import xmlsec  # noqa: PLC0415
    from allauth.socialaccount.providers.saml import views  # noqa: PLC0415
    from lxml.etree import LxmlError  # noqa: PLC0415
    from onelogin.saml2.errors import OneLogin_Saml2_ValidationError  # noqa: PLC0415

    try:
        answer: HttpResponse = views.finish_acs(request, organization_slug)
    except (OneLogin_Saml2_ValidationError, LxmlError, ValueError, xmlsec.Error) as no:
        # What cannot even be read; the rest is refused by `allauth` in the same words.
        provider = get_adapter().get_provider(request, organization_slug)
        answer = render_authentication_error(request, provider, exception=no)
    return answer


@require_safe
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Tell the provider who we are, but for a logout: anybody could send one."""
    _known_saml(request, organization_slug)
    from allauth.socialaccount.providers.saml.utils import build_saml_config  # noqa: PLC0415
    from onelogin.saml2.settings import OneLogin_Saml2_Settings  # noqa: PLC0415

    app = get_adapter().get_app(request, organization_slug)
    told = build_saml_config(request, app.settings, organization_slug)
    del told["sp"]["singleLogoutService"]
    about_us = OneLogin_Saml2_Settings(settings=told, sp_validation_only=True)
    return HttpResponse(about_us.get_sp_metadata(), content_type="text/xml")


def no_saml_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Refuse: the address is only there because `allauth` wants to name one."""
    raise Http404


@require_safe
@page
def connections(request: PersonRequest) -> HttpResponse:
    """Show at which providers the person can log in, and offer the others."""
    held = SocialAccount.objects.filter(user=request.user)
    connected = set(held.values_list("provider", flat=True))
    rows = [(one, one.id in connected) for one in settings.LOGIN_PROVIDERS]
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
        for provider in settings.LOGIN_PROVIDERS
    ]
    context = {"nav": "settings", "rows": rows}
    return render(request, "socialaccount/mapping.html", context)
