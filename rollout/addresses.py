"""Addresses of what a page links by the thousand, asked of the URL patterns once."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse


def path_of(view: str, key: int) -> str:
    """Return what ``reverse(view, args=[key])`` does, for a pattern with one number."""
    before, after = _around_the_key(view, get_script_prefix())
    return f"{before}{key}{after}"


@cache
def _around_the_key(view: str, prefix: str) -> tuple[str, str]:
    before, _key, after = reverse(view, args=[0]).rpartition("0")
    return before, after
