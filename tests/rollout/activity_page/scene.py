"""The page of an activity, and one that waits for its launch."""

from __future__ import annotations

from tests.factories import make_activity, make_place


def page(activity, what=""):
    return f"/activities/{activity.pk}/{what}"


def a_waiting_activity(**fields):
    place = make_place(name="Vildtbanegård I", requires_readiness=True)
    return make_activity(place=place, state="in_clarification", **fields)
