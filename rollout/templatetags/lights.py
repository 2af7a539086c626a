"""Draws the traffic light of an indicator; a page of them has hundreds."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

from rollout.figures import Light
from rollout.templatetags.rollout_web import icon

register = template.Library()


@register.simple_tag
def light(shown: Light) -> SafeString:
    """Draw a light: its sign, and what it means in words."""
    return _drawn(shown, get_language())


@lru_cache(maxsize=64)
def _drawn(shown: Light, _language: str | None) -> SafeString:
    """Draw a light in the active language; there are only a few to draw."""
    return format_html(
        '<span class="light light-{}">{} {}</span>',
        *(shown.value, icon(shown.icon), capfirst(str(shown.label))),
    )
