"""Listens to the one signal of the layers below, and only writes rows of its own."""

from __future__ import annotations

from typing import Any

from notifications import notices
from rollout.models import Activity, ActivityState, ActivityTransition
from workflows.models import StatefulModel, TransitionRecord
from workflows.signals import transitioned


def connect() -> None:
    """Subscribe to transitions. Calling it again changes nothing."""
    transitioned.connect(
        on_transition, dispatch_uid="notifications.receivers.on_transition"
    )


def on_transition(
    sender: type[StatefulModel],
    obj: StatefulModel,
    record: TransitionRecord,
    **kwargs: Any,
) -> None:
    """Tell who is concerned by an activity's new state.

    Inside the transaction of the transition: undone, nobody was ever to be told.
    """
    if not isinstance(obj, Activity) or not isinstance(record, ActivityTransition):
        return
    notices.announce(obj, record)
    if record.target in {ActivityState.PLANNED, ActivityState.DISCONTINUED}:
        notices.call_off(obj, record)
