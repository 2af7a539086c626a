"""Who calls the API in a benchmark."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from rollout.models import ApiToken, User


def caller(person: User) -> Client:
    """Return a client with a token of this person, whose use is not noted meanwhile."""
    now = timezone.now()
    token, secret = ApiToken.objects.issue(person, "bench", at=now)
    token.last_used_at = now + timedelta(days=1)
    token.save(update_fields=["last_used_at"])
    return Client(headers={"Authorization": f"Bearer {secret}"})
