"""Addresses: in full as others reach us, and of what a page links by the thousand."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, reverse


def in_full(path: str) -> str:
    """Return the address by which others reach a path of ours, as mails give it."""
    return f"{settings.BASE_URL}{path}"


def path_of(view: str, key: int) -> str:
    """Return what ``reverse(view, args=[key])`` does, for a pattern with one number."""
    before, after = _around_the_key(view, get_script_prefix())
    return f"{before}{key}{after}"


@cache
def _around_the_key(view: str, prefix: str) -> tuple[str, str]:
    before, _key, after = reverse(view, args=[0]).rpartition("0")
    return before, after
