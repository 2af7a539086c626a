"""Answers kept for programs that must ask again because they got none."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User

#: For how long the same key gets the same answer.
KEPT_FOR = timedelta(hours=24)


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    """Kept answers and their filters."""

    def valid(self, *, at: datetime) -> KeptAnswerQuerySet:
        """Keep those that are still to be given."""
        return self.filter(created_at__gt=at - KEPT_FOR)

    def expired(self, *, at: datetime) -> KeptAnswerQuerySet:
        """Keep those that nobody gets any more."""
        return self.filter(created_at__lte=at - KEPT_FOR)


class KeptAnswer(models.Model):
    """What was answered to one request, written in the transaction of its change."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    #: The `Idempotency-Key` that the program made up.
    key = models.CharField(_("key"), max_length=255)
    #: SHA-256 of method, address and body: the same key must mean the same request.
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField(_("created"))

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="keptanswer_key_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.key
