"""What the frame of every page asks about the person."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def reads_all(user: Any) -> bool:
    """Say whether the person reads a whole programme, and so may see its mail."""
    return user.is_authenticated and any(
        membership.reads_all for membership in user.memberships.all()
    )
