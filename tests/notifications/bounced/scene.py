"""Reports about mails, and the addresses that they silence."""

from __future__ import annotations

from notifications.bounces import Report
from notifications.models import Returned, SuppressedAddress
from tests.notifications.factories import at

NOW = at("2026-04-08", 9)


def hard(key="one", *, when=NOW):
    return Report(Returned.HARD, key, when, "5.1.1", "550 5.1.1 User unknown")


def soft(key, *, when=NOW):
    return Report(Returned.SOFT, key, when, "5.2.2", "552 5.2.2 Mailbox full")


def in_force():
    return list(SuppressedAddress.objects.in_force().values_list("address", flat=True))
