"""Who calls the API: a program with a token, or a reader of the docs page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from rollout.models import ApiToken, User

#: How old `last_used_at` may grow before a request writes it again.
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer <token>`; cookies are not looked at."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the person and the token. Raises AuthenticationFailed."""
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        now = timezone.now()
        token = ApiToken.objects.authenticate(secret.decode("latin-1").strip(), at=now)
        if token is None:
            raise AuthenticationFailed(
                _("The token is unknown, has expired or was revoked."),
                code="authentication_failed",
            )
        _note_use(token, at=now)
        return token.caller(), token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that goes with a 401 answer."""
        return 'Bearer realm="Rollout"'


def _note_use(token: ApiToken, *, at: datetime) -> None:
    before = at - _USE_IS_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at <= before:
        # Of many requests at once, one writes.
        ApiToken.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lte=before), pk=token.pk
        ).update(last_used_at=at)


class DocsSessionAuthentication(SessionAuthentication):
    """Lets a logged-in person try requests from the docs page.

    A browser states where a request comes from in a header that no script can set.
    A cookie that arrives in any other way opens nothing, whatever the method, and
    what changes something needs a CSRF token as well.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the person logged in. Raises PermissionDenied without CSRF token."""
        if request.META.get("HTTP_SEC_FETCH_SITE") != "same-origin":
            return None
        found: tuple[User, None] | None = super().authenticate(request)
        return found
