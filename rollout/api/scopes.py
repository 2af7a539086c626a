"""What a token must be good for: every operation names its scope, or is refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from rollout.models import ApiToken, TokenScope


class InsufficientScope(PermissionDenied):
    """The token is not good for this operation."""

    default_code = "insufficient_scope"

    def __init__(self, scope: TokenScope | None) -> None:
        needed = scope or "-"
        super().__init__(_("The token lacks the scope %s.") % needed)
        self.auth_header = (
            f'Bearer realm="Rollout", error="insufficient_scope", scope="{needed}"'
        )


class HasScope(BasePermission):
    """Lets a token do what its scopes name; a person on the docs page needs none."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True. Raises InsufficientScope for a token that lacks the scope."""
        if not isinstance(request.auth, ApiToken):
            return True
        operation = _operation(request, view)
        if operation is None:
            # Answered with 204 or 405, whatever the scopes.
            return True
        scope = scope_of(view, operation)
        if scope is None or scope not in request.auth.scopes:
            raise InsufficientScope(scope)
        return True


def _operation(request: Request, view: Any) -> str | None:
    """Return the name of what is asked for, or None where nothing would be done."""
    method = str(request.method).lower()
    if method == "options" or not hasattr(view, method):
        return None
    return str(getattr(view, "action", None) or ("get" if method == "head" else method))


def scope_of(view: Any, operation: str) -> TokenScope | None:
    """Return the scope for an action or method of a view; None if it names none."""
    found: TokenScope | None = view.scopes.get(operation)
    return found
