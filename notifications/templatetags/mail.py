"""Filters of the mail templates."""

from __future__ import annotations

import re

from django import template

register = template.Library()

_BEFORE_A_POINT = re.compile(r"\s+([.:,])(?=\s|$)")


@register.filter(is_safe=True)
def paragraph(text: str) -> str:
    """Run sentences from several templates together into one paragraph."""
    return _BEFORE_A_POINT.sub(r"\1", " ".join(str(text).split()))
