"""Every error is a problem document in the caller's language, and none is a 500."""

import json

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from rollout.api.parsers import MAX_BYTES
from rollout.api.views import status
from tests.api.conftest import Caller
from tests.factories import make_activity, make_member, make_programme

pytestmark = pytest.mark.django_db


def assert_is_problem(answer, status_code, code):
    assert answer.status_code == status_code
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == status_code
    assert problem["code"] == code
    assert problem["type"] == f"urn:problem-type:rollout:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("/api/v1/")
    return problem


def a_manager():
    activity = make_activity(state="in_clarification")
    return Caller(make_member(activity.programme)), activity


def post_raw(caller, activity, body, content_type="application/json", **headers):
    return caller.post(
        f"/api/v1/activities/{activity.pk}/transitions/",
        body,
        content_type=content_type,
        headers={"If-Match": '"2"'} | headers,
    )


@pytest.mark.parametrize(
    "address",
    [
        "nothing/",
        "activities/999999999/",
        "activities/99999999999999999999999999/",
        "activities/" + "9" * 5000 + "/",
        "activities/abc/",
        "activities/1/nothing/",
        "activities/0x1/",
        "activities/-1/",
        "activities/%00/",
        "activities/1%0A/",
        "%0A",
        "activities/%ED%A0%80/",
        "status/?programme=nothing",
        "status/?programme=%00",
        "../v2/activities/",
    ],
)
def test_what_does_not_exist_is_404(address):
    caller, _activity = a_manager()

    assert_is_problem(caller.ask(address), 404, "not_found")


def test_an_address_without_its_last_slash_says_so():
    caller, _activity = a_manager()

    problem = assert_is_problem(caller.ask("activities"), 404, "not_found")

    assert problem["detail"] == "Addresses of the API end with a slash."


def test_a_wrong_address_is_404_without_a_token_too():
    assert_is_problem(APIClient().get("/api/v1/nothing/"), 404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["status/", "activities/", "programmes/"])
def test_a_method_that_is_not_offered_is_405_and_names_those_that_are(method, address):
    caller, _activity = a_manager()

    answer = getattr(caller, method)(f"/api/v1/{address}")

    assert_is_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_options_names_the_methods():
    caller, activity = a_manager()

    answer = caller.options(f"/api/v1/activities/{activity.pk}/transitions/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize("accepted", ["text/csv", "application/xml", "nonsense"])
def test_a_format_that_is_not_offered_is_406(accepted):
    caller, _activity = a_manager()

    answer = caller.ask("status/", headers={"Accept": accepted})

    assert_is_problem(answer, 406, "not_acceptable")


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "text/plain", "application/xml", "nonsense"],
)
def test_a_body_that_is_not_json_is_415(content_type):
    caller, activity = a_manager()

    answer = post_raw(caller, activity, b"transition=launch", content_type)

    assert_is_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"transition": "launch", "transition": "discontinue"}',
        b'{"reason": NaN}',
        b'{"reason": -Infinity}',
        b'{"reason": 1e400}',
        b'{"reason": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
def test_json_that_is_broken_or_ambiguous_is_400(body):
    caller, activity = a_manager()

    assert_is_problem(post_raw(caller, activity, body), 400, "parse_error")


def test_a_body_that_is_far_too_long_is_413():
    caller, activity = a_manager()
    body = b'{"reason": "' + b"x" * MAX_BYTES + b'"}'

    assert_is_problem(post_raw(caller, activity, body), 413, "too_large")


@pytest.mark.parametrize("charset", ["latin-1", "zlib", "utf-16", "nonsense"])
def test_json_is_utf_8_whatever_the_header_claims(charset):
    caller, activity = a_manager()
    body = json.dumps({"transition": "postpone", "reason": "På pause"}).encode()

    answer = post_raw(caller, activity, body, f"application/json; charset={charset}")

    assert answer.status_code == 200
    assert answer.json()["record"]["reason"] == "På pause"


def test_no_charset_breaks_the_reading_of_parameters():
    caller, _activity = a_manager()

    answer = caller.generic(
        "GET",
        "/api/v1/activities/?programme=abc",
        content_type="application/json; charset=utf-16",
    )

    assert answer.status_code == 200


def test_half_a_character_in_a_message_does_not_break_it():
    caller, activity = a_manager()

    answer = post_raw(caller, activity, b'{"transition": "\\ud800"}')

    problem = assert_is_problem(answer, 400, "invalid")
    assert "\ud800" in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    "address", ["status/", "activities/", "places/", "milestones/"]
)
def test_a_parameter_that_would_be_ignored_is_refused_by_name(address):
    caller, _activity = a_manager()

    answer = caller.ask(f"{address}?stat=planned")

    problem = assert_is_problem(answer, 400, "invalid")
    assert problem["errors"] == [
        {
            "field": "stat",
            "code": "unknown_parameter",
            "detail": "There is no such parameter.",
        }
    ]


@pytest.mark.parametrize(
    "query",
    [
        "state=flying",
        "state=planned&state=flying",
        "is_proposal=maybe",
        "is_proposal=1",
        "responsible=me",
        "responsible=0",
        "responsible=-1",
        "responsible=1.5",
        "responsible=-1e99999999",
        "responsible=%D9%A3",
        "responsible=9223372036854775808",
        "responsible=" + "9" * 5000,
        "programme=%00",
        "programme=N%C3%B8rre",
        "programme=",
        "state=",
        "is_proposal=",
        "programme=" + "x" * 1000,
        "page_size=0",
        "page_size=101",
        "page_size=-1",
        "page_size=many",
        "page_size=" + "9" * 5000,
        "cursor=nonsense",
        "cursor=%00",
        "cursor=cD1hYmM%3D",  # p=abc
        "cursor=cD0lMDA%3D",  # p=%00
        "cursor=cD0xZTk5OTk5OQ%3D%3D",  # p=1e99999
        "cursor=%ED%A0%80",
    ],
)
def test_a_value_that_makes_no_sense_is_400_and_names_its_parameter(query):
    caller, _activity = a_manager()

    problem = assert_is_problem(caller.ask(f"activities/?{query}"), 400, "invalid")

    assert problem["errors"][0]["field"] == query.partition("=")[0]


def test_danish_is_the_language_unless_another_is_asked_for():
    caller, _activity = a_manager()
    languages = {None: "da", "da": "da", "en": "en", "en-GB": "en", "fr": "da"}
    answers = {
        asked: caller.get(
            "/api/v1/activities/", headers={"Accept-Language": asked or ""}
        )["Content-Language"]
        for asked in languages
    }

    assert answers == languages


def test_a_database_that_does_not_answer_is_503_with_a_time_to_come_back(monkeypatch):
    def fails(*args, **options):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(status, "programme_status", fails)
    programme = make_programme()

    answer = Caller(make_member(programme)).ask("status/")

    assert_is_problem(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"


def test_a_defect_of_ours_is_a_problem_that_tells_nothing_and_is_reported(
    monkeypatch, caplog
):
    def fails(*args, **options):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(status, "programme_status", fails)
    caller = Caller(make_member(make_programme()))
    caller.raise_request_exception = False

    answer = caller.ask("status/")

    assert_is_problem(answer, 500, "error")
    assert b"secret" not in answer.content
    assert "ZeroDivisionError" in caplog.text
