"""How a model declares its states and the only ways between them.

Transitions are django-fsm transitions on named methods, so its graph and admin
tools keep working. What django-fsm leaves to the caller (lock, permission,
reasons, record, one transaction) is :func:`workflows.engine.perform`; calling a
transition method directly changes memory only and the database refuses the save.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import django_fsm
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django_fsm import FSMField

from workflows.guards import Guard, Text

Effect = Callable[..., None]


@dataclass(frozen=True)
class Rule:
    """What is declared about one transition of one model."""

    #: The method's name: stable, part of the API.
    name: str
    #: The verb on the button.
    label: Text
    #: States from which it may start.
    sources: frozenset[str]
    #: State in which it ends.
    target: str
    #: Permission that the actor needs on the object.
    permission: str
    guards: tuple[Guard, ...] = ()
    #: Whether the actor must say why.
    needs_reason: bool = False


class StateField(FSMField):
    """A state that is read like any other value of an object.

    django-fsm's own field looks at each reading for states that change the object's
    class, which ours do not.
    """

    descriptor_class = DeferredAttribute  # type: ignore[assignment]

    def deconstruct(self) -> Any:
        """Return what migrations need, which know it as the field of django-fsm."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django_fsm.FSMField", args, kwargs


def transition(
    field: FSMField,
    source: str | Sequence[str],
    target: str,
    *,
    permission: str,
    label: Text,
    guards: Sequence[Guard] = (),
    needs_reason: bool = False,
) -> Callable[[Effect], Effect]:
    """Declare a method as a transition; its body is the effect on the object.

    The method takes ``by``, ``at`` and ``reason`` by keyword and may change the
    object and related rows; it must not save the object, and must not reach
    outside the database.
    """
    sources = frozenset([source] if isinstance(source, str) else source)

    def declare(effect: Effect) -> Effect:
        rule = Rule(
            name=effect.__name__,
            label=label,
            sources=sources,
            target=target,
            permission=permission,
            guards=tuple(guards),
            needs_reason=needs_reason,
        )
        decorate = django_fsm.transition(
            field, source=sorted(sources), target=target, custom={"rule": rule}
        )
        declared: Effect = decorate(effect)
        return declared

    return declare


def state_field(model: type[models.Model]) -> models.CharField[str, str]:
    """Return the model's one state field. Raises LookupError when it has none."""
    for field in model._meta.concrete_fields:
        if isinstance(field, FSMField):
            return cast("models.CharField[str, str]", field)
    raise LookupError(f"{model._meta.label} has no state field")


@cache
def rules_of(model: type[models.Model]) -> dict[str, Rule]:
    """Return the model's rules by transition name, in order of declaration."""
    rules: dict[str, Rule] = {}
    for parent in reversed(model.__mro__):
        for name, member in vars(parent).items():
            meta: Any = getattr(member, "_django_fsm", None)
            if meta is None:
                continue
            declared = next(iter(meta.transitions.values()))
            rules[name] = declared.custom["rule"]
    return rules
