"""A request that is sent again, for want of an answer, takes effect once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from rollout.api import idempotency
from rollout.api.throttling import TokenThrottle
from rollout.models import KeptAnswer
from tests.api.conftest import Caller
from tests.factories import NOON, make_activity, make_member

ATTEMPTS = 50


def post(caller, activity, key, *, transition="postpone", **headers):
    return caller.post(
        f"/api/v1/activities/{activity.pk}/transitions/",
        {"transition": transition, "reason": "Vi venter."},
        format="json",
        headers={"If-Match": '"2"', "Idempotency-Key": key} | headers,
    )


@pytest.fixture
def activity(db):
    return make_activity(state="in_clarification")


@pytest.fixture
def caller(activity):
    return Caller(make_member(activity.programme))


def test_the_same_key_gets_the_same_answer_and_the_change_is_made_once(
    caller, activity
):
    first, again = (post(caller, activity, "a-1") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert first["ETag"] == again["ETag"]
    assert first["Content-Type"] == again["Content-Type"]
    assert idempotency.REPLAYED not in first
    assert again[idempotency.REPLAYED] == "true"
    assert activity.history.count() == 2


def test_an_answer_given_again_says_what_every_answer_says(caller, activity):
    first, again = (post(caller, activity, "a-1") for _ in range(2))

    assert set(first.headers) - {"Allow"} <= set(again.headers)
    assert again["Cache-Control"] == "private, no-cache"
    assert again["Vary"] == first["Vary"]
    left = [int(answer["RateLimit"].split(";")[1][2:]) for answer in (first, again)]
    assert left[0] - left[1] == 1


def test_without_a_key_a_request_stands_for_itself(caller, activity):
    statuses = [
        caller.perform(activity, "postpone", reason="Nej").status_code for _ in range(2)
    ]

    assert statuses == [200, 412]
    assert not KeptAnswer.objects.exists()


def test_another_key_is_another_request(caller, activity):
    statuses = [post(caller, activity, key).status_code for key in ("a-1", "a-2")]

    assert statuses == [200, 412]


def test_the_same_key_for_another_request_is_422(caller, activity):
    post(caller, activity, "a-1")

    other = post(caller, activity, "a-1", transition="discontinue")

    assert other.status_code == 422
    assert other.json()["code"] == "key_reused"
    assert activity.history.count() == 2


def test_keys_of_different_people_have_nothing_to_do_with_each_other(caller, activity):
    post(caller, activity, "a-1")
    other = Caller(make_member(activity.programme))

    assert post(other, activity, "a-1").status_code == 412


def test_what_was_refused_because_something_is_missing_is_refused_again(
    caller, activity
):
    activity.conditions.create(
        code="c", kind="other", title="Bevilling", body="Byrådet"
    )
    first = post(caller, activity, "a-1", transition="launch")
    activity.conditions.all().delete()

    again = post(caller, activity, "a-1", transition="launch")

    assert (first.status_code, again.status_code) == (409, 409)
    assert first.content == again.content


def test_a_request_that_was_not_valid_may_be_sent_again_corrected(caller, activity):
    wrong = post(caller, activity, "a-1", transition="nonsense")

    assert wrong.status_code == 400
    assert post(caller, activity, "a-1").status_code == 200


def test_after_a_day_the_key_is_free(caller, activity, time_machine):
    time_machine.move_to(NOON, tick=False)
    post(caller, activity, "a-1")
    time_machine.move_to(NOON + timedelta(hours=24, seconds=-1), tick=False)
    kept = post(caller, activity, "a-1")
    time_machine.move_to(NOON + timedelta(hours=24), tick=False)
    free = post(caller, activity, "a-1")

    assert (kept.status_code, free.status_code) == (200, 412)
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "æ", "x" * 256])
def test_a_key_that_is_none_is_400(key, caller, activity):
    answer = post(caller, activity, key.encode().decode("latin-1"))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_body_that_is_far_too_long_is_413_with_a_key_too(caller, activity):
    answer = caller.post(
        f"/api/v1/activities/{activity.pk}/transitions/",
        b'{"reason": "' + b"x" * 3_000_000 + b'"}',
        content_type="application/json",
        headers={"If-Match": '"2"', "Idempotency-Key": "a-1"},
    )

    assert answer.status_code == 413


def test_nobody_keeps_answers_without_a_token(activity):
    assert post(Caller(), activity, "a-1").status_code == 401
    assert not KeptAnswer.objects.exists()


def at_once(calls):
    """Make all calls at the same time, each with a connection of its own."""
    barrier = Barrier(len(calls))

    def attempt(call):
        connection.ensure_connection()
        barrier.wait(timeout=60)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(attempt, calls))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    """Fifty requests at once, on a real database."""

    @pytest.fixture(autouse=True)
    def _no_limit(self, monkeypatch):
        monkeypatch.setattr(TokenThrottle, "rate", "100000/min", raising=False)
        # Fifty threads on one processor take their time.
        monkeypatch.setattr(idempotency, "_PATIENCE", "60s")

    def test_with_one_key_there_is_one_effect_and_every_answer_is_equal(self):
        activity = make_activity(state="in_clarification")
        caller = Caller(make_member(activity.programme))

        answers = at_once([lambda: post(caller, activity, "one")] * ATTEMPTS)

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert activity.history.filter(transition="postpone").count() == 1

    def test_with_keys_of_their_own_one_wins_and_the_others_are_stale(self):
        activity = make_activity(state="in_clarification")
        caller = Caller(make_member(activity.programme))

        answers = at_once(
            [lambda n=n: post(caller, activity, f"key-{n}") for n in range(ATTEMPTS)]
        )

        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] + [412] * (ATTEMPTS - 1)
        assert activity.history.filter(transition="postpone").count() == 1

    def test_while_the_first_runs_on_the_second_is_told_to_come_back(self, monkeypatch):
        monkeypatch.setattr(idempotency, "_PATIENCE", "100ms")
        activity = make_activity(state="in_clarification")
        manager = make_member(activity.programme)
        caller = Caller(manager)
        begun, ended = Event(), Event()

        def first():
            with transaction.atomic(), connection.cursor() as cursor:
                name = f"idempotency:{manager.pk}:a-1"
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name]
                )
                begun.set()
                ended.wait(timeout=60)
            connection.close()

        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(first)
            begun.wait(timeout=60)
            second = post(caller, activity, "a-1")
            ended.set()
            running.result(timeout=60)

        assert second.status_code == 409
        assert second.json()["code"] == "in_progress"
        assert second["Retry-After"] == "1"
        assert activity.history.count() == 1
