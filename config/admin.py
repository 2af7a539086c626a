"""What the administration shows of how people log in: enough to help, and no secret.

An administrator removes the second factor of somebody who has lost it; nothing is made
or changed by hand.
"""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401 (registered there, replaced here)
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from rollout import services
from rollout.admin import ReadOnlyAdmin

for _model in (
    *(Authenticator, EmailAddress, UserSession),
    *(SocialAccount, SocialApp, SocialToken),
):
    admin.site.unregister(_model)
if admin.site.is_registered(EmailConfirmation):
    admin.site.unregister(EmailConfirmation)


class RemovableAdmin(ReadOnlyAdmin):
    """A list and its pages, to be read; what is there can be removed."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who has lost theirs cannot remove it; an administrator can."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(Authenticator)
class AuthenticatorAdmin(RemovableAdmin):
    """Second factors: who has one, of what kind, last used when."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__name", "user__email"]
    exclude = ["data"]


@admin.register(SocialAccount)
class ProviderAccountAdmin(RemovableAdmin):
    """Who logs in at which provider; removed, the person logs in here again."""

    list_display = ["user", "provider", "uid", "last_login"]
    list_filter = ["provider"]
    search_fields = ["user__name", "user__email"]
    exclude = ["extra_data"]
    # One at a time, so that what came from the provider goes with it.
    actions = None

    def delete_model(self, request: HttpRequest, obj: SocialAccount) -> None:
        """Remove it, and the roles that came from that provider."""
        services.follow_claims(
            obj.user, provider=obj.provider, grants=(), at=timezone.now()
        )
        super().delete_model(request, obj)
