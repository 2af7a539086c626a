"""Webhooks by the API: set up, changed, tested, replayed, and only by managers."""

from __future__ import annotations

import pytest

from notifications.models import Delivery, Webhook
from rollout.models import KeptAnswer, Role
from tests.factories import make_member, make_programme

from .conftest import Caller

pytestmark = pytest.mark.django_db

URL = "https://example.org/hook"


@pytest.fixture
def programme():
    return make_programme(code="ishoj")


@pytest.fixture
def manager(programme):
    return Caller(make_member(programme))


def post(caller, path, body=None, **headers):
    return caller.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def set_up(caller, **fields):
    body = {"programme": "ishoj", "url": URL, "event_types": ["activities.*"]}
    return post(caller, "webhooks/", body | fields)


def test_a_webhook_is_set_up_and_its_key_told_once(manager):
    answer = set_up(manager, description="Intranettet")

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert made["secret"].startswith("whsec_")
    again = manager.ask(f"webhooks/{made['webhook']['id']}/")
    assert again.json() == made["webhook"]
    assert again.headers["ETag"].startswith('"1-')
    assert "whsec_" not in manager.ask("webhooks/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://" + "x" * 500}, "url"),
        ({"event_types": ["everything"]}, "event_types.0"),
        ({"event_types": []}, "event_types"),
        ({"programme": "nowhere"}, "programme"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_makes_no_sense_is_refused(manager, settings, wrong, field):
    settings.WEBHOOKS_MAY_CALL_LOOPBACK = False

    answer = set_up(manager, **wrong)

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert not Webhook.objects.exists()


def change(caller, pk, body, match=None):
    headers = {"If-Match": match} if match else {}
    path = f"/api/v1/webhooks/{pk}/"
    return caller.patch(path, body, format="json", headers=headers)


def test_it_is_changed_on_the_version_that_was_seen(manager):
    pk = set_up(manager).json()["webhook"]["id"]

    without = change(manager, pk, {"description": "x"})
    changed = change(manager, pk, {"description": "nyt"}, '"1"')
    stale = change(manager, pk, {"description": "for sent"}, '"1"')

    assert [a.status_code for a in (without, changed, stale)] == [428, 200, 412]
    assert changed.json()["description"] == "nyt"
    assert changed.headers["ETag"] == '"2"'


def test_it_is_switched_off_and_on(manager):
    pk = set_up(manager).json()["webhook"]["id"]

    off = change(manager, pk, {"is_on": False}, '"1"').json()
    on = change(manager, pk, {"is_on": True}, f'"{off["version"]}"').json()

    assert (off["is_on"], off["off_reason"]) == (False, "by_hand")
    assert (on["is_on"], on["off_reason"], on["off_at"]) == (True, None, None)


def test_its_key_is_exchanged(manager):
    made = set_up(manager).json()

    answer = post(
        manager, f"webhooks/{made['webhook']['id']}/key/", **{"If-Match": '"1"'}
    )

    assert answer.status_code == 200
    assert answer.json()["secret"] not in {"", made["secret"]}
    assert post(manager, f"webhooks/{made['webhook']['id']}/key/").status_code == 428


def test_its_calls_are_listed_and_made_again(manager):
    pk = set_up(manager).json()["webhook"]["id"]
    tested = post(manager, f"webhooks/{pk}/test/")
    Delivery.objects.update(state="dead", status=500, last_error="åh nej")

    (listed,) = manager.ask(f"webhooks/{pk}/deliveries/").json()["results"]
    again = post(manager, f"webhooks/{pk}/deliveries/{listed['id']}/again/")

    assert (tested.status_code, again.status_code) == (202, 202)
    assert listed["event_type"] == "webhooks.ping"
    assert (listed["state"], listed["status"], listed["said"]) == (
        *("dead", 500, "åh nej"),
    )
    assert again.json()["state"] == "pending"
    missing = post(manager, f"webhooks/{pk}/deliveries/{listed['id'] + 1}/again/")
    assert missing.status_code == 404


def test_everything_since_a_cursor_is_told_again(manager):
    pk = set_up(manager).json()["webhook"]["id"]
    cursor = manager.ask("changes/").json()["cursor"]

    answer = post(manager, f"webhooks/{pk}/replay/", {"since": cursor})
    wrong = post(manager, f"webhooks/{pk}/replay/", {"since": "x"})

    assert (answer.status_code, answer.json()) == (202, {"again": 0})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")


def test_it_is_removed(manager):
    pk = set_up(manager).json()["webhook"]["id"]
    path = f"/api/v1/webhooks/{pk}/"

    without = manager.delete(path)
    gone = manager.delete(path, headers={"If-Match": '"1"'})

    assert (without.status_code, gone.status_code) == (428, 204)
    assert not Webhook.objects.exists()


def test_the_same_request_twice_makes_one_webhook(manager):
    body = {"programme": "ishoj", "url": URL, "event_types": ["activities.*"]}

    first, second = (
        post(manager, "webhooks/", body, **{"Idempotency-Key": "one"})
        for _n in range(2)
    )

    assert first.content == second.content
    assert second.headers["Cache-Control"] == "no-store"
    assert Webhook.objects.count() == 1


def test_a_kept_answer_tells_its_key_again_but_does_not_hold_it(manager):
    pk = set_up(manager).json()["webhook"]["id"]
    headers = {"Idempotency-Key": "one", "If-Match": '"1"'}

    first, second = (post(manager, f"webhooks/{pk}/key/", **headers) for _n in range(2))

    assert first.json()["secret"].startswith("whsec_")
    assert first.content == second.content
    assert b"whsec_" not in bytes(KeptAnswer.objects.get().body)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.COORDINATOR, Role.PARTNER])
def test_only_managers_have_and_see_them(manager, programme, role):
    pk = set_up(manager).json()["webhook"]["id"]
    other = Caller(make_member(programme, role))

    assert set_up(other).status_code == 403
    assert other.ask("webhooks/").json()["results"] == []
    assert other.ask(f"webhooks/{pk}/").status_code == 404
    assert other.ask(f"webhooks/{pk}/deliveries/").status_code == 404
    assert change(other, pk, {"is_on": False}, '"1"').status_code == 404
    assert post(other, f"webhooks/{pk}/key/", **{"If-Match": "*"}).status_code == 404
    assert Webhook.objects.get().is_on


def test_of_another_programme_there_is_none(manager):
    make_programme(code="andet")

    answer = set_up(manager, programme="andet")

    assert answer.status_code == 400
    assert Caller().ask("webhooks/").status_code == 401
