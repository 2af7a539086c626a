"""Who must show a second factor, and that nothing else opens to them before they have.

The policy is the setting `SECOND_FACTOR_FOR`. `allauth.mfa` asks whoever has a factor
for it at each login; this asks those who must have one to set it up first.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from config.validation import ADMINISTRATOR
from rollout.models import User

#: In the session: the key of the person who showed a second factor in this login.
_SHOWN = "second_factor_of"
#: What must stay open for people to show one, or to leave.
_OPEN = (
    "account_logout",
    "account_reauthenticate",
    "rollout:language",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
)


def is_asked_of(person: User) -> bool:
    """Say whether the policy asks this person for a second factor.

    One role in one programme is enough: a login opens all of them.
    """
    asked = settings.SECOND_FACTOR_FOR
    if not asked:
        return False
    if ADMINISTRATOR in asked and (person.is_staff or person.is_superuser):
        return True
    # As pages need them too, so that they are read once.
    prefetch_related_objects([person], "memberships__programme")
    return any(membership.role in asked for membership in person.memberships.all())


def is_shown(request: HttpRequest) -> bool:
    """Say whether the person showed a second factor in this login."""
    return bool(request.session.get(_SHOWN) == request.user.pk)


def note_shown(request: HttpRequest, person: User) -> None:
    """Remember for the rest of this login that the person showed a second factor."""
    request.session[_SHOWN] = person.pk


class SecondFactorMiddleware:
    """Leads who lacks a second factor to where one is set up or shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is asked is decided when the page is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Stand before every page of somebody who is logged in by a session."""
        if (
            not settings.SECOND_FACTOR_FOR
            or settings.SESSION_COOKIE_NAME not in request.COOKIES
            or not isinstance(request.user, User)
            or is_shown(request)
            or not is_asked_of(request.user)
        ):
            return None
        # Templates then leave out what would only lead back here.
        request.lacks_second_factor = True  # type: ignore[attr-defined]
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in _OPEN:
            return None
        kinds = {factor.type for factor in _factors_of(request.user)}
        # Who has one shows it before they add another, replace it or take it away.
        if name.startswith("mfa_") and not kinds:
            return None
        return _lead(request, kinds)


def _lead(request: HttpRequest, kinds: set[str]) -> HttpResponse:
    if Authenticator.Type.TOTP in kinds:
        address = reverse("mfa_reauthenticate")
    elif kinds:
        address = reverse("mfa_reauthenticate_webauthn")
    else:
        address = reverse("mfa_index")
    if HtmxDetails(request):
        return HttpResponseClientRedirect(address)
    if kinds and request.method == "GET":
        address += "?" + urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(address)


def _factors_of(person: User) -> QuerySet[Authenticator]:
    """Return the person's factors; codes for an emergency are none by themselves."""
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user=person)
    return factors.exclude(type=Authenticator.Type.RECOVERY_CODES)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # no stubs
    """Keeps secrets sealed, and takes the site's name from BASE_URL alone."""

    def encrypt(self, text: str) -> str:
        """Seal a secret with a key made of SECRET_KEY."""
        return _boxes().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret; one that was sealed with a lost key fits no code any more."""
        try:
            return _boxes().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        """Name the site as the person's app shows it."""
        return f"Rollout ({_host()})"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the site to which keys are bound, whatever host the request claims."""
        return {"id": _host(), "name": "Rollout"}


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def _boxes() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    salted_hmac(
                        "second factor", "", secret=key, algorithm="sha256"
                    ).digest()
                )
            )
            for key in keys
        ]
    )


def listen() -> None:
    """Hear from `allauth.mfa` when a factor is used, added or removed."""
    signals.authenticator_used.connect(_used)
    signals.authenticator_added.connect(_added)
    signals.authenticator_removed.connect(_removed)


def _used(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note_shown(request, user)


def _added(
    sender: Any,
    request: HttpRequest,
    user: User,
    authenticator: Authenticator,
    **kwargs: Any,
) -> None:
    """Take the first factor as shown: it was just proved. A further one proves less."""
    if not _factors_of(user).exclude(pk=authenticator.pk).exists():
        note_shown(request, user)
        # So that the emergency codes come next, and not one more question.
        record_authentication(request, user, "mfa", reauthenticated=True)


def _removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    if not _factors_of(user).exists():
        request.session.pop(_SHOWN, None)
