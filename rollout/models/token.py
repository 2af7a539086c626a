"""Access tokens for API clients: shown once, stored as a prefix and a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User
from rollout.models.programme import Programme
from workflows.models import VersionedModel
from workflows.triggers import version_trigger

_PREFIX_LENGTH = 8
#: What is not of this shape is no token and never reaches the database.
_SHAPE = re.compile(rf"rollout_([0-9a-f]{{{_PREFIX_LENGTH}}})_[-\w]{{43}}", re.ASCII)


class TokenScope(models.TextChoices):
    """What a token is for; its person's role must allow it as well."""

    READ_STATUS = "status:read", _("read the status")
    READ_PLAN = "plan:read", _("read the plan, the work and what has happened")
    WRITE_PLAN = "plan:write", _("change activities, readiness and conditions")
    PERFORM = "transitions:write", _("move activities on")
    READ_REMINDERS = "reminders:read", _("read reminders and the mails to come")
    READ_WEBHOOKS = "webhooks:read", _("read webhooks and their calls")
    WRITE_WEBHOOKS = "webhooks:write", _("set up and change webhooks")
    READ_TOKENS = "tokens:read", _("list one's tokens")
    WRITE_TOKENS = "tokens:write", _("make and revoke tokens")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens and their filters."""

    def issue(
        self,
        user: User,
        name: str,
        *,
        at: datetime,
        expires_at: datetime | None = None,
        scopes: Iterable[str] = tuple(TokenScope),
        programme: Programme | None = None,
    ) -> tuple[ApiToken, str]:
        """Make a token for a person; the second value is the secret, shown once.

        Without scopes it is good for all the person may do, without a programme in
        all in which they take part.
        """
        prefix = secrets.token_hex(_PREFIX_LENGTH // 2)
        secret = f"rollout_{prefix}_{secrets.token_urlsafe(32)}"
        token = self.create(
            user=user,
            name=name,
            prefix=prefix,
            digest=_digest(secret),
            scopes=sorted(set(scopes)),
            programme=programme,
            created_at=at,
            expires_at=expires_at,
        )
        return token, secret

    def visible_to(self, user: Any) -> ApiTokenQuerySet:
        """Keep the person's own, and with a bound token those of its programme."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        own = self.filter(user=user)
        return own if user.bound_to is None else own.filter(programme=user.bound_to)

    def usable(self, *, at: datetime) -> ApiTokenQuerySet:
        """Keep those that are neither expired nor revoked, of people still active."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=at),
            revoked_at=None,
            user__is_active=True,
        )

    def authenticate(self, secret: str, *, at: datetime) -> ApiToken | None:
        """Return the usable token with this secret, or None."""
        shape = _SHAPE.fullmatch(secret)
        if shape is None:
            return None
        candidates = self.usable(at=at).filter(prefix=shape[1]).select_related("user")
        for token in candidates:
            if constant_time_compare(token.digest, _digest(secret)):
                return token
        return None


def _digest(secret: str) -> str:
    # The secret holds 256 random bits, so a plain fast hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(VersionedModel):
    """Lets a program act as a person until it expires or is revoked."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=TokenScope), verbose_name=_("good for")
    )
    #: The only programme in which it is good, if not in all of the person's.
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    prefix = models.CharField(_("prefix"), max_length=_PREFIX_LENGTH, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(
        _("last used"), null=True, blank=True, editable=False
    )
    revoked_at = models.DateTimeField(
        _("revoked"), null=True, blank=True, editable=False
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["user", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="apitoken_is_unique"),
            models.CheckConstraint(
                name="apitoken_scopes_are_known",
                condition=Q(scopes__contained_by=list(TokenScope.values))
                & Q(scopes__len__gt=0),
            ),
        ]
        indexes = [
            # Authentication looks a token up by its prefix.
            models.Index(fields=["prefix"], name="apitoken_by_prefix"),
        ]
        # That it is used is no change of the token itself.
        triggers = [
            version_trigger(
                "name", "scopes", "programme_id", "expires_at", "revoked_at"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def caller(self) -> User:
        """Return the person as whom it acts, in its programme only if it has one."""
        self.user.bound_to = self.programme_id
        return self.user

    def scope_labels(self) -> list[str]:
        """Return in words what it is good for."""
        return [str(TokenScope(one).label) for one in self.scopes]
