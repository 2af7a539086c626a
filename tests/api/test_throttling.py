"""A client that asks too often must wait, whatever it claims to be."""

import pytest
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from rollout.api.throttling import AddressThrottle, TokenThrottle
from rollout.models import ApiToken
from tests.api.conftest import Caller
from tests.factories import NOON, make_member, make_programme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _low_rates(monkeypatch):
    monkeypatch.setattr(TokenThrottle, "rate", "3/min", raising=False)
    monkeypatch.setattr(AddressThrottle, "rate", "3/min", raising=False)


def statuses(client, times, **headers):
    return [
        client.get("/api/v1/programmes/", headers=headers).status_code
        for _ in range(times)
    ]


def test_the_fourth_of_three_allowed_requests_must_wait():
    caller = Caller(make_member(make_programme()))

    assert statuses(caller, 4) == [200, 200, 200, 429]
    refused = caller.ask("programmes/")
    assert refused.json()["code"] == "throttled"
    assert 0 < int(refused["Retry-After"]) <= 60


def test_each_token_is_counted_by_itself():
    person = make_user()
    first, second = Caller(person), Caller(person)

    assert statuses(first, 4)[-1] == 429
    assert statuses(second, 1) == [200]


def test_guessing_tokens_is_slowed_down():
    client = APIClient()

    answers = [
        client.get(
            "/api/v1/programmes/",
            headers={"Authorization": f"Bearer rollout_{number:08x}_{'x' * 43}"},
        ).status_code
        for number in range(5)
    ]

    assert answers == [401, 401, 401, 429, 429]


def test_an_address_that_the_client_makes_up_does_not_help():
    answers = [
        APIClient().get(
            "/api/v1/programmes/", headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
        for number in range(4)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(monkeypatch):
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1, raising=False)

    def ask(forwarded):
        answer = APIClient().get(
            "/api/v1/programmes/", headers={"X-Forwarded-For": forwarded}
        )
        return answer.status_code

    same = [ask(f"10.0.0.{number}, 192.0.2.1") for number in range(4)]
    other = ask("10.0.0.1, 192.0.2.2")

    assert (same, other) == ([401, 401, 401, 429], 401)


def test_who_has_used_up_an_address_can_still_use_a_token():
    assert statuses(APIClient(), 4)[-1] == 429
    _token, secret = ApiToken.objects.issue(make_user(), "BI", at=NOON)

    assert statuses(APIClient(), 1, Authorization=f"Bearer {secret}") == [200]


def test_every_answer_says_how_often_one_may_still_ask():
    caller = Caller(make_member(make_programme()))

    answers = [caller.ask("programmes/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"token";q=3;w=60'}
    assert [answer["RateLimit"] for answer in answers] == [
        '"token";r=2;t=60',
        '"token";r=1;t=60',
        '"token";r=0;t=60',
        '"token";r=0;t=60',
    ]


def test_who_has_no_token_is_told_the_limit_of_the_address():
    answer = APIClient().get("/api/v1/programmes/")

    assert answer["RateLimit"] == '"address";r=2;t=60'
