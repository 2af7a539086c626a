"""A return path, and a mail that came back by it."""

from __future__ import annotations

import pytest

from notifications import bounces, outbox, planner
from notifications.models import Message
from rollout.models import Role
from tests.factories import make_member, make_partner
from tests.notifications.bounced.scene import NOW, hard
from tests.notifications.factories import make_due_milestone, make_running_activity


@pytest.fixture(autouse=True)
def _return_path(settings):
    settings.BOUNCE_ADDRESS = "bounce@rollout.example.org"


@pytest.fixture
def bounced(sink):
    """A reminder that was sent to a partner's contact and came back."""
    activity = make_running_activity(responsible=None)
    programme = activity.programme
    partner = make_partner(programme=programme, name="Skolen")
    contact = make_member(programme, Role.PARTNER, partner=partner, name="Kontakt")
    make_member(programme, Role.COORDINATOR, name="Koordinator")
    milestone = make_due_milestone(
        "2026-04-15", activity=activity, responsible=contact, title="Aftale"
    )
    planner.run(now=NOW)
    outbox.deliver(now=NOW)
    bounces.take_in(hard(), Message.objects.get(), now=NOW)
    return milestone
