"""What must hold before something moves on, and who can supply what is missing.

Each guard is named after the statement that must hold and yields one reason for
each thing that is missing. Guards read the object's own relations and change
nothing; the rules come from the memo (readiness, conditions) and the agreement with
LBF (evaluation).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from workflows.guards import Move, Reason

if TYPE_CHECKING:
    from rollout.models import (
        Activity,
        DataRequest,
        Milestone,
        MonitoringRound,
        Partner,
        User,
    )

#: Said where no person or partner is named who could fix it.
MANAGER = _("the programme's manager")


def _put(text: str, **names: object) -> str:
    language = get_language()
    shown = {
        name: _written(value, language) if isinstance(value, date) else value
        for name, value in names.items()
    }
    return _translated(text, language) % shown


@lru_cache(maxsize=256)
def _translated(text: str, language: str | None) -> str:
    """Return a text in the present language: there are few, in very many reasons."""
    return gettext(text)


@lru_cache(maxsize=4096)
def _written(day: date, language: str | None) -> str:
    """Return a date as the present language writes it; a page has few, many times."""
    return date_format(day)


#: Translates a text and puts names and dates into it when somebody reads it; most are
#: only counted.
_say = lazy(_put, str)

_READINESS = {
    "planning": gettext_noop("The planning is not ready in %(place)s."),
    "framework": gettext_noop("The framework is not ready in %(place)s."),
    "parties": gettext_noop("The parties are not ready in %(place)s."),
}


def proposal_is_confirmed(activity: Activity, move: Move) -> Iterator[Reason]:
    """A proposal must be confirmed by the parties before work on it begins."""
    if activity.is_proposal:
        yield Reason(
            code="proposal_unconfirmed",
            text=_("The proposal has not been confirmed."),
            who=MANAGER,
            link=_page(activity, "proposal"),
            overridable=False,
        )


def responsible_is_set(activity: Activity, move: Move) -> Iterator[Reason]:
    """Somebody must answer for the activity."""
    if activity.responsible_id is None:
        yield Reason(
            code="responsible_missing",
            text=_("No responsible person has been chosen."),
            who=MANAGER,
            link=_page(activity, "responsible"),
        )


def readiness_is_met(activity: Activity, move: Move) -> Iterator[Reason]:
    """Planning, framework and parties must be ready where the place requires it.

    The memo states this for Vildtbanegård; elsewhere readiness only advises.
    """
    if not activity.place.requires_readiness:
        return
    met = {check.aspect for check in activity.hanging("readiness") if check.is_met}
    for aspect, text in _READINESS.items():
        if aspect not in met:
            yield Reason(
                code=f"readiness_{aspect}",
                text=_say(text, place=activity.place.name),
                **_who(_answers(activity)),
                link=_page(activity, "readiness"),
            )


def no_condition_blocks(activity: Activity, move: Move) -> Iterator[Reason]:
    """No decision outside our hands may be missing that blocks the launch."""
    for condition in activity.hanging("conditions"):
        if condition.effect != "blocks_launch" or condition.outcome == "met":
            continue
        if condition.outcome == "rejected":
            text = gettext_noop("“%(title)s” was decided against.")
        else:
            text = gettext_noop("“%(title)s” has not been decided.")
        yield Reason(
            code="condition_blocks",
            text=_say(text, title=condition.title),
            who=condition.body,
            link=_page(activity, f"condition-{condition.pk}"),
        )


def parent_is_not_discontinued(activity: Activity, move: Move) -> Iterator[Reason]:
    """A part cannot be launched where the whole has been discontinued."""
    parent = activity.initiative.parent
    if parent is None:
        return
    for other in parent.hanging("activities"):
        if other.place_id == activity.place_id and other.state == "discontinued":
            yield Reason(
                code="parent_discontinued",
                text=_say(
                    gettext_noop(
                        "“%(parent)s”, of which this is a part, is discontinued here."
                    ),
                    parent=parent.name,
                ),
                **_who(_answers(other)),
                link=_page(other),
            )


def milestones_before_launch_are_done(
    activity: Activity, move: Move
) -> Iterator[Reason]:
    """Every milestone that is needed before the launch must be done or dropped."""
    for milestone in activity.hanging("milestones"):
        if not milestone.before_launch or milestone.state != "open":
            continue
        if milestone.due_on is None:
            text = gettext_noop("The milestone “%(title)s” is open.")
        else:
            text = gettext_noop("The milestone “%(title)s” is open, due %(date)s.")
        yield Reason(
            code="milestone_open",
            text=_say(text, title=milestone.title, date=milestone.due_on),
            **_who(_does(milestone)),
            link=_page(activity, f"milestone-{milestone.pk}"),
        )


def date_is_inside_programme(activity: Activity, move: Move) -> Iterator[Reason]:
    """A launch happens between the programme's first and last day."""
    programme = activity.programme
    if not programme.starts_on <= move.on <= programme.ends_on:
        yield Reason(
            code="outside_programme",
            text=_say(
                gettext_noop(
                    "%(date)s lies outside the programme, %(first)s to %(last)s."
                ),
                date=move.on,
                first=programme.starts_on,
                last=programme.ends_on,
            ),
            who=MANAGER,
            link=_page(activity),
        )


def evaluation_is_approved(activity: Activity, move: Move) -> Iterator[Reason]:
    """An evaluation of this cycle must have a conclusion and be approved."""
    if not activity.evaluations.approved().filter(frozen_at=None).exists():
        yield Reason(
            code="evaluation_missing",
            text=_("There is no approved evaluation with a conclusion."),
            who=MANAGER,
            link=_page(activity, "evaluation"),
            overridable=False,
        )


def data_requests_are_answered(activity: Activity, move: Move) -> Iterator[Reason]:
    """Every value that was due by now must have been delivered and approved."""
    for request in _due_requests(activity, move):
        yield Reason(
            code="data_request_open",
            text=_say(
                gettext_noop(
                    "“%(request)s” for %(place)s, due %(date)s, is not approved."
                ),
                request=request,
                place=request.place,
                date=request.due_on,
            ),
            **_who(_delivers(request)),
            link=_page(activity, "monitoring"),
        )


def conclusion_lets_it_go_on(activity: Activity, move: Move) -> Iterator[Reason]:
    """Only what continues, is adjusted or widened begins a new cycle."""
    last = (
        activity.evaluations.approved()
        .filter(frozen_at__isnull=False)
        .order_by("-frozen_at", "-pk")
        .first()
    )
    if last is None or last.conclusion == "ends":
        yield Reason(
            code="conclusion_ends",
            text=_("The evaluation concluded that the activity ends."),
            who=MANAGER,
            link=_page(activity, "evaluation"),
            overridable=False,
        )


def predecessors_are_finished(milestone: Milestone, move: Move) -> Iterator[Reason]:
    """What comes before must be done or dropped."""
    for before in milestone.predecessors.all():
        if before.state == "open":
            yield Reason(
                code="predecessor_open",
                text=_say(
                    gettext_noop("“%(title)s”, which comes before, is open."),
                    title=before.title,
                ),
                **_who(_does(before)),
                link=before.get_absolute_url(),
            )


def every_value_is_approved(round_: MonitoringRound, move: Move) -> Iterator[Reason]:
    """A round is handed in when every value asked for has been approved."""
    open_requests = round_.data_requests.unapproved().select_related(
        "indicator", "partner", "place", "responsible"
    )
    for request in open_requests:
        yield Reason(
            code="data_request_open",
            text=_say(
                gettext_noop(
                    "“%(request)s” for %(place)s, due %(date)s, is not approved."
                ),
                request=request,
                place=request.place,
                date=request.due_on,
            ),
            **_who(_delivers(request)),
        )


def _due_requests(activity: Activity, move: Move) -> Iterator[DataRequest]:
    rounds = activity.programme.monitoring_rounds.exclude(state="expected")
    yield from (
        rounds.requests_concerning(activity).unapproved().filter(due_on__lte=move.on)
    )


def _who(owner: User | Partner | None) -> dict[str, Any]:
    """Return who can fix it, in words and as itself; else it is the manager's."""
    return {"who": str(owner) if owner else MANAGER, "owner": owner}


def _answers(activity: Activity) -> User | Partner | None:
    return activity.responsible or activity.responsible_partner


def _does(milestone: Milestone) -> User | Partner | None:
    named = milestone.responsible or milestone.responsible_partner
    return named or _answers(milestone.activity)


def _delivers(request: DataRequest) -> User | Partner | None:
    return request.responsible or request.partner


def _page(activity: Activity, anchor: str = "") -> str:
    path = activity.get_absolute_url()
    return f"{path}#{anchor}" if anchor else path
