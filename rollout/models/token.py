"""Access tokens for API clients: shown once, stored as a prefix and a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User

_PREFIX_LENGTH = 8
#: What is not of this shape is no token and never reaches the database.
_SHAPE = re.compile(rf"rollout_([0-9a-f]{{{_PREFIX_LENGTH}}})_[-\w]{{43}}", re.ASCII)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens and their filters."""

    def issue(
        self,
        user: User,
        name: str,
        *,
        at: datetime,
        expires_at: datetime | None = None,
    ) -> tuple[ApiToken, str]:
        """Make a token for a person; the second value is the secret, shown once."""
        prefix = secrets.token_hex(_PREFIX_LENGTH // 2)
        secret = f"rollout_{prefix}_{secrets.token_urlsafe(32)}"
        token = self.create(
            user=user,
            name=name,
            prefix=prefix,
            digest=_digest(secret),
            created_at=at,
            expires_at=expires_at,
        )
        return token, secret

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


class ApiToken(models.Model):
    """Lets a program act as a person until it expires or is revoked."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=100)
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
        ]
        indexes = [
            # Authentication looks a token up by its prefix.
            models.Index(fields=["prefix"], name="apitoken_by_prefix"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
