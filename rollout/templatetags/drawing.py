"""Numbers as drawings want them, whatever language the page speaks."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(value: float) -> str:
    """Return a length or place in percent, such as "12.5%"."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"
