"""What stands between an activity and a step: met and unmet, each with its remedy.

What is unmet comes from the guards alone. What is met is told from the activity's own
facts, because a guard says nothing when it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rollout.models import (
    Activity,
    Aspect,
    Condition,
    MilestoneState,
    Outcome,
    Readiness,
)
from workflows.guards import Reason


@dataclass(frozen=True)
class Check:
    """One line of the list."""

    #: The template that shows it and offers the remedy.
    kind: str
    text: str
    is_met: bool
    #: What it is about: a readiness check, a condition, a milestone.
    subject: Any = None
    #: Who can supply what is missing.
    who: str = ""
    link: str = ""
    #: Unmet, but nothing waits for it.
    is_advisory: bool = False
    #: Where on the page the line stands, for links to it.
    anchor: str = ""


READY = {
    Aspect.PLANNING: lambda: _("The planning is ready"),
    Aspect.FRAMEWORK: lambda: _("The framework is ready"),
    Aspect.PARTIES: lambda: _("The parties are ready"),
}
NOT_READY = {
    Aspect.PLANNING: lambda: _("The planning is not ready"),
    Aspect.FRAMEWORK: lambda: _("The framework is not ready"),
    Aspect.PARTIES: lambda: _("The parties are not ready"),
}


def checks_of_step(
    activity: Activity, step: str, reasons: Iterable[Reason]
) -> list[Check]:
    """List what the step asks for, in the order in which it is usually supplied."""
    unmet = list(reasons)
    rows: list[Check] = []
    for kind in _ORDER.get(step, ()):
        rows += kind(activity, unmet)
    told = {row.text for row in rows}
    rows += [
        _unmet(reason, "other") for reason in unmet if str(reason.text) not in told
    ]
    return rows


def readiness_and_conditions(
    activity: Activity, reasons: Iterable[Reason] = ()
) -> list[Check]:
    """List readiness and conditions, whatever step comes next."""
    unmet = list(reasons)
    return [*_readiness(activity, unmet), *_conditions(activity, unmet)]


def _unmet(reason: Reason, kind: str, subject: Any = None, anchor: str = "") -> Check:
    return Check(
        kind=kind,
        text=str(reason.text),
        is_met=False,
        subject=subject,
        who=str(reason.who),
        link=reason.link,
        anchor=anchor,
    )


def _find(reasons: Iterable[Reason], code: str, anchor: str = "") -> Reason | None:
    for reason in reasons:
        if reason.code == code and reason.link.endswith(anchor):
            return reason
    return None


def _proposal(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    if reason := _find(reasons, "proposal_unconfirmed"):
        yield _unmet(reason, "proposal", anchor="proposal")
    else:
        yield Check("fact", _("The activity is confirmed"), is_met=True)


def _responsible(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    if reason := _find(reasons, "responsible_missing"):
        yield _unmet(reason, "responsible", anchor="responsible")
    elif activity.responsible:
        text = _("%(person)s is responsible") % {"person": activity.responsible}
        yield Check("fact", text, is_met=True)


def _readiness(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    checks: dict[str, Readiness] = {one.aspect: one for one in activity.readiness.all()}
    for number, aspect in enumerate(Aspect):
        check = checks.get(aspect) or Readiness(activity=activity, aspect=aspect)
        reason = _find(reasons, f"readiness_{aspect}")
        # The guards' links lead to the first of the three lines.
        anchor = "" if number else "readiness"
        if reason:
            yield _unmet(reason, "readiness", check, anchor)
        else:
            yield Check(
                "readiness",
                READY[aspect]() if check.is_met else NOT_READY[aspect](),
                is_met=check.is_met,
                subject=check,
                is_advisory=not check.is_met,
                anchor=anchor,
            )


def _conditions(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    for condition in activity.conditions.all():
        anchor = f"condition-{condition.pk}"
        if reason := _find(reasons, "condition_blocks", f"#{anchor}"):
            yield _unmet(reason, "condition", condition, anchor)
        else:
            is_met = condition.outcome == Outcome.MET
            yield Check(
                "condition",
                _condition_text(condition),
                is_met=is_met,
                subject=condition,
                who="" if is_met else condition.body,
                is_advisory=not is_met,
                anchor=anchor,
            )


def _condition_text(condition: Condition) -> str:
    title = {"title": condition.title}
    if condition.outcome == Outcome.MET:
        return pgettext("condition", "“%(title)s” is met") % title
    if condition.outcome == Outcome.REJECTED:
        return _("“%(title)s” was decided against") % title
    return _("“%(title)s” has not been decided") % title


def _milestones(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    for milestone in activity.milestones.all():
        reason = _find(reasons, "milestone_open", f"#milestone-{milestone.pk}")
        if reason:
            yield _unmet(reason, "milestone", milestone)
        elif milestone.before_launch and milestone.state == MilestoneState.DONE:
            text = _("“%(title)s” is done") % {"title": milestone.title}
            yield Check("fact", text, is_met=True, subject=milestone)


def _evaluation(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    if reason := _find(reasons, "evaluation_missing"):
        yield _unmet(reason, "other")
    else:
        yield Check("fact", _("The evaluation is approved"), is_met=True)


def _conclusion(activity: Activity, reasons: list[Reason]) -> Iterator[Check]:
    if not _find(reasons, "conclusion_ends"):
        text = _("The evaluation lets the activity go on")
        yield Check("fact", text, is_met=True)


_Kind = Callable[[Activity, list[Reason]], Iterator[Check]]
_ORDER: dict[str, tuple[_Kind, ...]] = {
    "clarify": (_proposal, _responsible),
    "launch": (_readiness, _conditions, _milestones),
    "evaluate": (_evaluation,),
    "resume": (_conclusion,),
}
