"""What every page's frame needs: icons, and whether any data is invented."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rollout.masking import value_text
from rollout.models import (
    DataRequest,
    Indicator,
    Measurement,
    Milestone,
    MonitoringRound,
    User,
)

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw one of our own icons; what it means always stands beside it in words."""
    return format_html(
        '<svg class="icon icon-{} {}" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        name,
        classes,
        _sheet_of_icons(),
        name,
    )


@cache
def _sheet_of_icons() -> str:
    return static("img/icons.svg")


@register.simple_tag
def with_class(field: BoundField, name: str) -> SafeString:
    """Draw a field of somebody else's form with a class of the design system.

    Without its placeholder, which only repeats the label in too pale a grey.
    """
    field.field.widget.attrs.pop("placeholder", None)
    return field.as_widget(attrs={"class": name})


@register.simple_tag(takes_context=True)
def value_of(
    context: template.Context,
    value: Decimal | None,
    of: Measurement | DataRequest | Indicator,
) -> str:
    """Write a value as the reader may see it, with its unit."""
    return value_text(value, of, context["request"].user)


@register.simple_tag
def has_example_data() -> bool:
    """Say whether anything in the database is invented, which every page must tell."""
    invented = (
        model.objects.filter(is_example=True).values("pk")
        for model in (User, Milestone, MonitoringRound)
    )
    first, *others = invented
    return first.union(*others).exists()
