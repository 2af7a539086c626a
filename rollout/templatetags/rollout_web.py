"""What every page's frame needs: icons, and whether any data is invented."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.masking import value_text
from rollout.models import (
    DataRequest,
    Indicator,
    Measurement,
    Milestone,
    MonitoringRound,
    User,
)
from rollout.status import Cell

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
def marks(cell: Cell) -> SafeString:
    """Draw what somebody should look at, by a sign of its own shape and in words."""
    return draw_marks(
        overdue=cell.overdue,
        is_withdrawn=cell.is_readiness_withdrawn,
        is_missing_responsible=cell.is_missing_responsible,
        missing=len(cell.reasons) if cell.is_held_up else 0,
    )


def draw_marks(
    *, overdue: int, is_withdrawn: bool, is_missing_responsible: bool, missing: int
) -> SafeString:
    """Draw the marks of a cell of which these things are so."""
    drawn = []
    if overdue:
        text = ngettext(
            "%(count)s milestone overdue", "%(count)s milestones overdue", overdue
        )
        drawn.append(_mark("alarm", "late", text % {"count": overdue}))
    if is_withdrawn:
        drawn.append(_mark("alarm", "unmet", _("no longer ready")))
    if is_missing_responsible:
        drawn.append(_mark("alarm", "nobody", _("nobody responsible")))
    if missing:
        text = ngettext(
            "blocked: %(count)s missing", "blocked: %(count)s missing", missing
        )
        drawn.append(_mark("wait", "blocked", text % {"count": missing}))
    return SafeString("\n".join(drawn))


def _mark(urgency: str, sign: str, text: str) -> SafeString:
    return format_html(
        '<span class="mark mark-{}">{} {}</span>', urgency, icon(sign), text
    )


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
