"""Talks to a provider: `allauth`'s own way, and stricter where that leaves a choice.

A number used once ties each answer to its question (`nonce`), the token's signature is
checked although it came by TLS from the provider itself, the issuer must be the one in
the settings, and identity is (issuer, subject). Nothing of what it says is stored.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.openid.reading import LoginProvider

#: Signatures that the provider alone can make.
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")


def configured(key: str) -> LoginProvider | None:
    """Return the provider with this key in the settings; None: there is none."""
    return next((one for one in settings.LOGIN_PROVIDERS if one.id == key), None)


class Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # no stubs
    """One question to a provider, and its answer."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself. Raises OAuth2Error where it is another."""
        told: dict[str, Any] = super().openid_config
        provider = configured(self.provider_id)
        if provider is None or told.get("issuer") != provider.issuer:
            raise OAuth2Error("another issuer than the one in the settings")
        return told

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Read who it is. Raises OAuth2Error where the answer is not believed."""
        if "id_token" not in kwargs["response"]:
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        login.ends_at = self.openid_config.get("end_session_endpoint", "")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in _SIGNATURES:
                raise OAuth2Error("not signed as we ask for")
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (jwt.PyJWTError, KeyError, TypeError) as error:
            raise OAuth2Error("no token that could be read") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("made for somebody else")
        if not claims.get("sub") or "exp" not in claims:
            raise OAuth2Error("says not who, or for how long")
        return claims


class Discreet(Provider):  # type: ignore[misc]  # no stubs
    """What providers of all kinds have in common here."""

    def serialize(self) -> dict[str, Any]:
        """Name itself by its own id: several may know us by the same `client_id`."""
        return {"id": self.sub_id}

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Keep nothing of what was said."""
        return {}


class StrictProvider(Discreet, OpenIDConnectProvider):  # type: ignore[misc]
    """What a provider is asked, and what is taken from its answer."""

    oauth2_adapter_class = Exchange

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Let the address choose where to go on to, but not what is asked for."""
        return dict(Provider.get_redirect_from_request_kwargs(self, request))

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Send the browser to the provider with a number that is used once."""
        nonce = secrets.token_urlsafe(24)
        return super().redirect(  # type: ignore[no-any-return]
            request,
            process if process == "connect" else "login",
            next_url,
            data,
            auth_params={"nonce": nonce},
            nonce=nonce,
            **kwargs,
        )

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Name somebody by who says so and whom they mean, and never by an address."""
        return f"{data['id_token']['iss']} {data['id_token']['sub']}"

    def sociallogin_from_response(
        self, request: HttpRequest, response: dict[str, Any]
    ) -> SocialLogin:
        """Carry what was said on to where it is decided upon."""
        login = super().sociallogin_from_response(request, response)
        login.claims = response["id_token"]
        return login
