"""A preview of what somebody else is changing is shown later, and is no error."""

from contextlib import contextmanager

import pytest
from django.db import connection

from tests.api.conftest import Caller
from tests.factories import make_activity, make_member

pytestmark = pytest.mark.django_db(transaction=True)

BUSY = "Lige nu er en anden ved at ændre dette"


@contextmanager
def changed_by_somebody(activity):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    somebody = connection.copy()
    try:
        with somebody.cursor() as theirs:
            theirs.execute("BEGIN")
            theirs.execute(
                "SELECT FROM rollout_activity WHERE id = %s FOR UPDATE", [activity.pk]
            )
            yield
            theirs.execute("ROLLBACK")
    finally:
        somebody.close()


def test_a_preview_of_what_is_being_changed_says_to_come_back(client):
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    caller = Caller(manager)
    client.force_login(manager)

    with changed_by_somebody(activity):
        api = caller.send(
            f"activities/{activity.pk}/transitions/?dry_run=true",
            {"transition": "postpone", "reason": "Budgettet"},
            match=activity,
        )
        page = client.get(f"/activities/{activity.pk}/transitions/postpone/preview/")
        bulk = client.post(
            "/bulk/",
            {
                "programme": activity.programme_id,
                "activity": [f"{activity.pk}"],
                "change": "assign",
                "responsible": manager.pk,
            },
        )

    assert (api.status_code, api.json()["code"]) == (503, "unavailable")
    for shown in (page, bulk):
        assert (shown.status_code, shown["Retry-After"]) == (503, "1")
        assert BUSY in shown.content.decode()
