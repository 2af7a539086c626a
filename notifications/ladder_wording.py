"""Says a ladder in words: when who is told."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Audience, LadderStep
from rollout.models import Nudge


def lines_of(kind: str, steps: Iterable[LadderStep]) -> list[str]:
    """Say the steps of a ladder, one line for each of those who are told."""
    by_audience: dict[str, list[LadderStep]] = {}
    for step in sorted(steps, key=lambda step: step.offset_days):
        by_audience.setdefault(step.audience, []).append(step)
    return [
        _("%(person)s: %(days)s")
        % {
            "person": str(audience.label)[:1].upper() + str(audience.label)[1:],
            "days": ", ".join(
                step_of(kind, step) for step in by_audience[audience.value]
            ),
        }
        for audience in Audience
        if audience.value in by_audience
    ]


def step_of(kind: str, step: LadderStep) -> str:
    """Say when a step comes, how often again, and how long."""
    said = _when(kind, step.offset_days)
    if step.repeat_every is None:
        return said
    again = ngettext(
        "then every working day", "then every %(count)s working days", step.repeat_every
    ) % {"count": step.repeat_every}
    if step.until is None:
        return f"{said}, {again}"
    last = _("until %(count)s working days") % {"count": step.until}
    return f"{said}, {again} {last}"


def _when(kind: str, offset: int) -> str:
    if offset == 0:
        return _("on the due date")
    if kind in Nudge.values:
        text = ngettext(
            "after %(count)s working day", "after %(count)s working days", offset
        )
    elif offset < 0:
        text = ngettext(
            "%(count)s working day before", "%(count)s working days before", -offset
        )
    else:
        text = ngettext(
            "%(count)s working day after", "%(count)s working days after", offset
        )
    return text % {"count": abs(offset)}
