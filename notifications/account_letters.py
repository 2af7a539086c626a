"""Writes the mails by which people get in: they leave at once, and not by the outbox.

Whoever asked for one sits and waits for it; what it holds is worth nothing later and
must be kept nowhere.
"""

from __future__ import annotations

from typing import Any

from notifications import email
from notifications.email import Letter
from rollout.models import User


def login_code(to: User, *, code: str, minutes: int) -> Letter:
    """Write the mail with a code, which holds for so many minutes."""
    return _write("login_code", to, {"code": code, "minutes": minutes})


def new_password(to: User, *, url: str) -> Letter:
    """Write the mail with the address at which a new password is chosen."""
    return _write("new_password", to, {"url": url})


def _write(kind: str, to: User, words: dict[str, Any]) -> Letter:
    context = words | {"is_example": to.is_example}
    return email.write(kind, to=to, asked_by=None, context=context)
