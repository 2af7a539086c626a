"""What the administration shows of how people log in: enough to help, and no secret.

An administrator removes the second factor of somebody who has lost it; nothing is made
or changed by hand.
"""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 (registered there, replaced here)
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest

from rollout.admin import ReadOnlyAdmin

for _model in (Authenticator, EmailAddress, UserSession):
    admin.site.unregister(_model)
if admin.site.is_registered(EmailConfirmation):
    admin.site.unregister(EmailConfirmation)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors: who has one, of what kind, last used when."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__name", "user__email"]
    exclude = ["data"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who has lost theirs cannot remove it; an administrator can."""
        return super(ReadOnlyAdmin, self).has_delete_permission(request, obj)
