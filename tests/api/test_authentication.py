"""Only a usable token opens the API, and a cookie opens it to the docs page alone."""

from datetime import timedelta

import pytest
from django.middleware.csrf import get_token
from django.test import RequestFactory
from rest_framework.test import APIClient

from rollout.models import ApiToken
from tests.api.conftest import Caller
from tests.factories import NOON, make_activity, make_member, make_programme, make_user

pytestmark = pytest.mark.django_db

PROGRAMMES = "/api/v1/programmes/"
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


def bearer(secret):
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


def test_a_token_opens_what_its_person_may_see():
    programme = make_programme()
    manager = make_member(programme)
    _token, secret = ApiToken.objects.issue(manager, "BI", at=NOON)

    answer = bearer(secret).get(PROGRAMMES)

    assert [one["code"] for one in answer.json()["results"]] == [programme.code]


def test_the_scheme_may_be_written_in_any_case():
    _token, secret = ApiToken.objects.issue(make_user(), "BI", at=NOON)
    client = APIClient(headers={"Authorization": f"bearer {secret}"})

    assert client.get(PROGRAMMES).status_code == 200


def test_without_a_token_the_answer_is_401_with_a_challenge():
    answer = APIClient().get(PROGRAMMES)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Rollout"'
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer rollout_00000000_" + "x" * 43,
        "Bearer rollout_0000\0000_" + "x" * 43,
        "Bearer rollout_%s_" % ("a" * 100_000),
        "Bearer æøå",
        "Bearer rollout__",
        "Basic bWV0dGU6aGVtbWVsaWc=",
        "Token 12345",
        "\0",
    ],
)
def test_what_is_no_token_is_401_and_nothing_else(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header.encode().decode("latin-1"))

    answer = client.get(PROGRAMMES)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_secret_behind_a_right_prefix_is_401():
    token, secret = ApiToken.objects.issue(make_user(), "BI", at=NOON)

    answer = bearer(f"rollout_{token.prefix}_{secret[-43:][::-1]}").get(PROGRAMMES)

    assert answer.status_code == 401


def test_an_expired_a_revoked_and_a_disabled_persons_token_are_401():
    person = make_user()
    _token, expired = ApiToken.objects.issue(person, "old", at=NOON, expires_at=NOON)
    revoked, ended = ApiToken.objects.issue(person, "lost", at=NOON)
    ApiToken.objects.filter(pk=revoked.pk).update(revoked_at=NOON)
    _token, orphan = ApiToken.objects.issue(make_user(is_active=False), "x", at=NOON)

    answers = [bearer(secret).get(PROGRAMMES) for secret in (expired, ended, orphan)]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert answers[0].json()["code"] == "authentication_failed"


def test_the_secret_itself_is_not_stored():
    token, secret = ApiToken.objects.issue(make_user(), "BI", at=NOON)

    stored = ApiToken.objects.filter(pk=token.pk).values().get()

    assert not any(secret[-43:] in str(value) for value in stored.values())


def test_use_is_noted_at_most_once_a_minute(time_machine):
    token, secret = ApiToken.objects.issue(make_user(), "BI", at=NOON)
    noted = []

    for seconds in (0, 30, 59, 60, 61):
        time_machine.move_to(NOON + timedelta(seconds=seconds), tick=False)
        bearer(secret).get(PROGRAMMES)
        token.refresh_from_db()
        noted.append((token.last_used_at - NOON).total_seconds())

    assert noted == [0, 0, 0, 60, 60]


def test_a_cookie_alone_opens_nothing():
    client = APIClient()
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(PROGRAMMES).status_code == 401
    cross_site = client.get(PROGRAMMES, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross_site.status_code == 401


def a_manager_on_the_docs_page():
    activity = make_activity(state="in_clarification")
    client = APIClient(enforce_csrf_checks=True, headers=FROM_OUR_PAGE)
    client.force_login(
        make_member(activity.programme),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client, activity


def test_who_is_logged_in_can_read_from_our_own_pages():
    client, activity = a_manager_on_the_docs_page()

    assert client.get(f"/api/v1/activities/{activity.pk}/").status_code == 200


def test_a_change_from_our_own_pages_needs_a_csrf_token():
    client, activity = a_manager_on_the_docs_page()
    address = f"/api/v1/activities/{activity.pk}/transitions/"
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies["csrf"] = request.META["CSRF_COOKIE"]
    options = {"format": "json", "headers": FROM_OUR_PAGE | {"If-Match": '"2"'}}

    without = client.post(address, {"transition": "launch"}, **options)
    options["headers"] = options["headers"] | {"X-CSRFToken": token}
    with_token = client.post(address, {"transition": "launch"}, **options)

    assert without.status_code == 403
    assert without.json()["code"] == "permission_denied"
    assert with_token.status_code == 200


def test_a_change_from_our_own_pages_may_have_a_key_of_its_own():
    client, activity = a_manager_on_the_docs_page()
    address = f"/api/v1/activities/{activity.pk}/transitions/"
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies["csrf"] = request.META["CSRF_COOKIE"]
    said = {"If-Match": '"2"', "X-CSRFToken": token, "Idempotency-Key": "once"}
    options = {"format": "json", "headers": FROM_OUR_PAGE | said}

    first, again = (
        client.post(address, {"transition": "launch"}, **options) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content


def test_a_token_needs_no_csrf_token_even_beside_a_cookie():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    caller = Caller(manager)
    caller.handler.enforce_csrf_checks = True
    caller.cookies["session"] = "nonsense"

    assert caller.perform(activity, "launch").status_code == 200
