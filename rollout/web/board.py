"""The board: a column for each state, a card for each activity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.models import Activity, ActivityState
from rollout.status import Cell, ProgrammeStatus
from rollout.web.forms import TransitionForm
from rollout.web.narrowing import ScopeForm
from workflows.machine import Rule, rules_of

#: The columns, in the order of an activity's life; what is discontinued folds away.
LIFE = (
    ActivityState.PLANNED,
    ActivityState.IN_CLARIFICATION,
    ActivityState.LAUNCHED,
    ActivityState.EVALUATED,
)
#: How many cards a column shows before the rest folds away.
SHOWN = 20


@dataclass(frozen=True)
class Target:
    """A column to which a card can be moved."""

    state: str
    label: str


@dataclass(frozen=True)
class Card:
    """One activity on the board."""

    cell: Cell
    targets: Sequence[Target]


@dataclass(frozen=True)
class Column:
    """One state with its cards: the first ones, and the rest."""

    state: str
    label: str
    shown: Sequence[Card]
    folded: Sequence[Card]

    @property
    def count(self) -> int:
        """How many cards there are."""
        return len(self.shown) + len(self.folded)


class BoardForm(ScopeForm):
    """Which activities the board shows, and in which order."""

    order = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("", _("As in the plan")),
            ("launch", _("Planned launch")),
            ("readiness", _("Readiness, the most ready first")),
            ("responsible", _("Responsible person")),
        ],
        required=False,
    )


class MoveForm(TransitionForm):
    """A card that was moved: from the version that was seen, to which state."""

    to = forms.ChoiceField(choices=ActivityState.choices, widget=forms.HiddenInput)


def rule_between(source: str, target: str) -> Rule | None:
    """Return the transition that leads from one state to another, if there is one."""
    for rule in rules_of(Activity).values():
        if source in rule.sources and target == rule.target:
            return rule
    return None


def targets_from(state: str) -> list[Target]:
    """Return where a card in this state can go, by the labels of the columns."""
    return [
        Target(rule.target, str(ActivityState(rule.target).label))
        for rule in rules_of(Activity).values()
        if state in rule.sources
    ]


def columns_of_board(
    status: ProgrammeStatus, *, order: str = "", unfolded: int | None = None
) -> list[Column]:
    """Return the columns of life, then that of what is discontinued.

    The card of the activity ``unfolded`` is always among those shown.
    """
    cells = sorted(status.cells, key=_ORDERS.get(order, _as_planned))
    return [
        _column(
            state, [cell for cell in cells if cell.activity.state == state], unfolded
        )
        for state in (*LIFE, ActivityState.DISCONTINUED)
    ]


def _column(state: str, cells: Iterable[Cell], unfolded: int | None) -> Column:
    targets = targets_from(state)
    cards = [Card(cell, targets) for cell in cells]
    shown = [
        card
        for number, card in enumerate(cards)
        if number < SHOWN or card.cell.activity.pk == unfolded
    ]
    folded = [card for card in cards if card not in shown]
    return Column(state, str(ActivityState(state).label), shown, folded)


def _as_planned(cell: Cell) -> int:
    """Keep the order of the status, which is the plan's."""
    return 0


_ORDERS: dict[str, Callable[[Cell], Any]] = {
    "launch": lambda cell: cell.activity.planned_launch_on or date.max,
    "readiness": lambda cell: -len(cell.ready_aspects),
    "responsible": lambda cell: (
        cell.activity.responsible is None,
        str(cell.activity.responsible or ""),
    ),
}
