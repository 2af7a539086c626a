"""Activities with names, and what a timeline's answer holds."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

from tests.factories import (
    make_activity,
    make_focus_area,
    make_initiative,
    make_milestone,
    make_place,
)


def make_named(programme, name, *, state="launched", **fields):
    """Make an activity of an initiative with this name."""
    initiative = make_initiative(
        focus_area=make_focus_area(programme=programme), name=name
    )
    place = fields.pop("place", None) or make_place(programme=programme)
    return make_activity(initiative=initiative, place=place, state=state, **fields)


def make_waiting(programme, **fields):
    """Make an activity with two milestones in a row, the first due in April."""
    activity = make_named(programme, "Netværk", state="in_clarification", **fields)
    first = make_milestone(
        activity=activity, title="Inviteret", due_on=date(2026, 4, 7)
    )
    then = make_milestone(activity=activity, title="Mødet", due_on=date(2026, 4, 14))
    then.predecessors.add(first)
    return activity, first, then


def titles_of(response):
    """What the shapes say when one points at them."""
    html = unescape(response.content.decode())
    return [" ".join(one.split()) for one in re.findall(r"<title>(.*?)</title>", html)]


def seen_in(response):
    return response.context["saving"]["seen"].initial


def save(client, query, seen, **fields):
    return client.post(f"/timeline/shift/?{query}", {"seen": seen, **fields})
