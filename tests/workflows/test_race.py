"""Fifty people press the same button at once: one wins, nobody corrupts anything."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from rollout.models import Activity, ActivityTransition
from tests.factories import NOON, make_activity, make_member
from workflows.engine import Blocked, Stale, perform
from workflows.history import verify

ATTEMPTS = 50


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_version", [True, False])
def test_of_fifty_concurrent_attempts_one_wins(with_version):
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    expected = activity.version if with_version else None
    barrier = Barrier(ATTEMPTS)

    def attempt(_number):
        connection.ensure_connection()
        barrier.wait(timeout=60)
        try:
            perform(activity, "launch", by=manager, at=NOON, expected_version=expected)
        except (Blocked, Stale) as refusal:
            return type(refusal)
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(ATTEMPTS) as pool:
        results = list(pool.map(attempt, range(ATTEMPTS)))

    assert results.count("won") == 1
    assert results.count(Stale if with_version else Blocked) == ATTEMPTS - 1
    assert Activity.objects.get(pk=activity.pk).state == "launched"
    assert activity.history.filter(transition="launch").count() == 1
    assert list(verify(ActivityTransition)) == []
