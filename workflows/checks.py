"""System checks that report a state machine which cannot work as declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from workflows.machine import Rule, rules_of, state_field
from workflows.models import StatefulModel


@checks.register("workflows")
def check_machines(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check every state machine of the project."""
    return [
        message
        for model in apps.get_models()
        if issubclass(model, StatefulModel)
        for message in check_machine(model)
    ]


def check_machine(model: type[models.Model]) -> Iterator[checks.CheckMessage]:
    """Report unknown, unreachable and dead-end states of one model.

    A state that no transition leaves is a dead end unless the model names it in
    ``FINAL_STATES``.
    """
    field = state_field(model)
    known = {value for value, _label in field.choices or ()}
    rules = rules_of(model).values()
    initial = str(field.get_default())
    final = frozenset(getattr(model, "FINAL_STATES", ()))
    used = {initial} | final | {rule.target for rule in rules}
    used |= {source for rule in rules for source in rule.sources}
    for state in sorted(used - known):
        yield checks.Error(
            f"The state machine names the unknown state {state!r}.",
            hint=f"Add it to the choices of {field.name!r} or correct the transition.",
            obj=model,
            id="workflows.E001",
        )
    for state in sorted(known - _reachable(initial, rules)):
        yield checks.Error(
            f"No transition leads from {initial!r} to the state {state!r}.",
            hint="Add a transition or remove the state.",
            obj=model,
            id="workflows.E002",
        )
    leaving = {source for rule in rules for source in rule.sources}
    for state in sorted(known - leaving - final):
        yield checks.Warning(
            f"No transition leaves the state {state!r}.",
            hint="Add a transition or name the state in FINAL_STATES.",
            obj=model,
            id="workflows.W003",
        )


def _reachable(initial: str, rules: Iterable[Rule]) -> set[str]:
    reached: set[str] = set()
    frontier = {initial}
    while frontier:
        reached |= frontier
        frontier = {r.target for r in rules if r.sources & reached} - reached
    return reached
