"""Talks SAML to a provider: `allauth`'s own way, and stricter where it leaves a choice.

What it needs beyond the product itself is in `requirements/saml.txt`, and is imported
where somebody logs in this way and nowhere else.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from config.openid.provider import Discreet

#: A name for somebody that stays theirs, and is no address.
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


class StrictSamlProvider(Discreet, SAMLProvider):  # type: ignore[misc]  # no stubs
    """What a provider is asked, and what is taken from its answer."""

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Send the browser to the provider with a question that is answered once."""
        process = process if process == "connect" else "login"
        return super().redirect(request, process, next_url, data, **kwargs)  # type: ignore[no-any-return]

    def stash_redirect_state(
        self, request: HttpRequest, *args: Any, state_id: str, **kwargs: Any
    ) -> str:
        """Keep the question's number, which the answer has to name."""
        return super().stash_redirect_state(  # type: ignore[no-any-return]
            request, *args, state_id=state_id, nonce=state_id, **kwargs
        )

    def extract_uid(self, data: Any) -> str:
        """Name somebody by who says so and whom they mean, and never by an address."""
        if data.get_nameid_format() != PERSISTENT or not data.get_nameid():
            raise PermissionDenied
        return f"{self.app.settings['idp']['entity_id']} {data.get_nameid()}"

    def sociallogin_from_response(
        self, request: HttpRequest, response: Any
    ) -> SocialLogin:
        """Carry what was said on to where it is decided upon."""
        login = super().sociallogin_from_response(request, response)
        login.claims = {
            **response.get_attributes(),
            "nonce": response.get_last_response_in_response_to(),
        }
        login.ends_at = ""
        return login
