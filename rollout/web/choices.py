"""Transitions as forms: what can be done to something, each with what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rollout.models import User
from rollout.web.forms import MilestoneTransitionForm, TransitionForm
from rollout.web.refusals import PageWithForms
from workflows.engine import Option, options
from workflows.models import StatefulModel


@dataclass(frozen=True)
class Choice:
    """One transition with the form that performs it."""

    option: Option
    form: TransitionForm | MilestoneTransitionForm
    #: Whether it was tried and refused just now, so that its form stays open.
    is_open: bool


def choices_of(
    page: PageWithForms,
    obj: StatefulModel,
    form: type[TransitionForm | MilestoneTransitionForm],
    *,
    by: User,
    at: datetime,
    prefix: str = "",
) -> list[Choice]:
    """Return every transition from the object's state, possible or not."""
    choices = []
    for option in options(obj, by=by, at=at):
        key = f"{prefix}{option.rule.name}"
        made = page.form(form, key, initial={"version": obj.version})
        choices.append(Choice(option, made, page.is_open(key)))
    return choices
