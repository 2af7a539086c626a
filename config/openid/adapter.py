"""Decides whom a provider's word lets in, and as whom."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from config.openid.provider import configured
from config.openid.reading import LoginProvider, OpenIdProvider, SamlProvider
from config.openid.saml import PERSISTENT
from rollout import services
from rollout.acting import acting
from rollout.addresses import in_full
from rollout.models import User
from rollout.names import cleaned


class ProviderLoginAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Knows providers from the settings alone, and people by (issuer, subject)."""

    def list_apps(
        self,
        request: HttpRequest,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """Return the providers of the settings; none is looked for in the database."""
        apps = [_app(one) for one in settings.LOGIN_PROVIDERS]
        return [
            app
            for app in apps
            if provider in {None, app.provider, app.provider_id}
            and client_id in {None, app.client_id}
        ]

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Merge by address only where the provider vouches for the address's domain."""
        return bool(self.is_email_verified(login.provider, email))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Check the answer, and let roles follow what it says.

        Raises PermissionDenied where it answers another question than ours.
        """
        provider = configured(sociallogin.account.provider)
        nonce = sociallogin.state.get("nonce")
        if provider is None or not nonce or sociallogin.claims.get("nonce") != nonce:
            raise PermissionDenied
        request.believed = (provider, sociallogin)  # type: ignore[attr-defined]
        if sociallogin.state.get("process") == "connect":
            return
        if sociallogin.is_existing:
            _follow(sociallogin.user, provider, sociallogin)
        elif not self._may_enter(sociallogin):
            raise ImmediateHttpResponse(
                render(
                    request,
                    "socialaccount/taken.html",
                    {"provider": provider, "email": sociallogin.user.email},
                    status=403,
                )
            )

    def _may_enter(self, login: SocialLogin) -> bool:
        """Say whether somebody new comes with an address that is surely theirs.

        Else a stranger could wait under it for the roles that somebody invited under
        that address is to have.
        """
        email = login.user.email
        return bool(
            email
            and self.is_email_verified(login.provider, email)
            and not _is_taken(email)
        )

    def is_open_for_signup(
        self, request: HttpRequest, sociallogin: SocialLogin
    ) -> bool:
        """Let in who may enter; what they may do is another question."""
        return True

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Take name and address of somebody who is new here."""
        person: User = sociallogin.user
        person.email = (data.get("email") or "").lower()
        person.name = cleaned(str(data.get("name") or ""))[:120] or person.email
        return person

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None
    ) -> User:
        """Enter somebody who is new here, with the roles that the mapping gives."""
        person: User = super().save_user(request, sociallogin, form)
        provider = configured(sociallogin.account.provider)
        if provider:
            _follow(person, provider, sociallogin)
        return person

    def get_connect_redirect_url(
        self, request: HttpRequest, socialaccount: SocialAccount
    ) -> str:
        """Go back to where one connects."""
        return reverse("socialaccount_connections")


def bound_to(person: User) -> LoginProvider | None:
    """Return the provider at which the person has to log in; None: nowhere else."""
    keys = [one.id for one in settings.LOGIN_PROVIDERS]
    if not keys:
        return None
    account = SocialAccount.objects.filter(user=person, provider__in=keys).first()
    return configured(account.provider) if account else None


def _follow(person: User, provider: LoginProvider, login: SocialLogin) -> None:
    if not person.is_active:
        # Who is kept out here is given nothing by being known there.
        return
    grants = [
        services.GrantedRole(rule.programme, rule.role, rule.partner)
        for rule in provider.roles
        if rule.fits(login.claims)
    ]
    # Nobody is logged in yet whose deed it could be taken for.
    with acting(person.pk):
        services.follow_claims(
            person, provider=provider.id, grants=grants, at=timezone.now()
        )


def _is_taken(email: str) -> bool:
    return bool(User.objects.filter(email__iexact=email).exists())


def _app(provider: LoginProvider) -> SocialApp:
    app = SocialApp(
        provider=provider.protocol,
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.knows_us_as,
        secret=getattr(provider, "secret", ""),
        settings={
            **_SETTINGS[type(provider)](provider),
            "verified_email": list(provider.email_domains),
        },
    )
    app.route = provider.route
    return app


def _of_openid(provider: OpenIdProvider) -> dict[str, Any]:
    return {
        "server_url": provider.issuer,
        "oauth_pkce_enabled": True,
        "fetch_userinfo": False,
        "scope": list(provider.scope),
    }


def _of_saml(provider: SamlProvider) -> dict[str, Any]:
    """Say how `allauth` asks: nothing is taken that is not signed or was not asked."""
    return {
        "idp": {
            "entity_id": provider.issuer,
            "sso_url": provider.sso_url,
            "x509cert": provider.certificate,
        },
        "sp": {"entity_id": in_full(reverse("saml_metadata", args=[provider.id]))},
        "attribute_mapping": {"email": [provider.email], "name": [provider.person]},
        "advanced": {
            "strict": True,
            "want_assertion_signed": True,
            "reject_deprecated_algorithm": True,
            "reject_idp_initiated_sso": True,
            "want_name_id": True,
            "want_attribute_statement": False,
            "name_id_format": PERSISTENT,
            "allow_single_label_domains": True,
            # What is taken over by hand must not run out after two days.
            "metadata_valid_until": "",
            "metadata_cache_duration": "",
        },
    }


_SETTINGS: dict[type[LoginProvider], Any] = {
    OpenIdProvider: _of_openid,
    SamlProvider: _of_saml,
}
