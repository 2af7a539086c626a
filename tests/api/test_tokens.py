"""A token does what its scopes name, where it is bound, as long as it is good."""

from datetime import timedelta

import pytest
import yaml
from django.db import IntegrityError, transaction

from rollout.models import ApiToken, TokenScope
from tests.api.conftest import Caller
from tests.api.everything import key_of, make_everything
from tests.environment import ROOT
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_milestone,
    make_programme,
    make_user,
)
from tests.notifications.factories import make_sent_reminder

pytestmark = pytest.mark.django_db

SCHEMA = yaml.safe_load((ROOT / "docs" / "api" / "openapi.yaml").read_text())
OPERATIONS = [
    (method, path, operation["security"][0]["token"][0])
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
]
NEW = {"name": "Power BI", "scopes": ["status:read"]}


def caller(person, **fields):
    return Caller.with_token(person, **fields)


def address_of(path, keys):
    resource = path.split("/")[3]
    for name in ("{id}", "{key}", "{delivery}"):
        path = path.replace(name, str(keys.get(resource, 0)))
    return path


def test_every_operation_asks_for_a_scope_and_refuses_all_others():
    made = make_everything()
    keys = {name: key_of(thing) for name, thing in made.items()}
    manager = make_member(made["programmes"])
    with_one = {scope: caller(manager, scopes=[scope]) for scope in TokenScope.values}
    wrong = {}

    for method, path, needed in OPERATIONS:
        address = address_of(path, keys)
        for scope, client in with_one.items():
            # What lets it through goes no further than the missing version or body.
            answer = client.generic(method.upper(), address, b"[]")
            refused = answer.status_code == 403
            if refused == (scope == needed):
                wrong[method, path, scope] = answer.status_code

    assert wrong == {}


def test_the_refusal_names_the_scope():
    person = make_member(make_programme())

    answer = caller(person, scopes=["plan:read"]).ask("status/")

    assert answer.status_code == 403
    assert answer.json()["code"] == "insufficient_scope"
    assert 'scope="status:read"' in answer["WWW-Authenticate"]


def test_a_scope_gives_no_right_that_the_person_lacks():
    activity = make_activity(state="in_clarification")
    observer = make_member(activity.programme, "observer")

    assert caller(observer).perform(activity, "launch").status_code == 403


def test_a_bound_token_sees_and_does_nothing_elsewhere():
    person = make_member(make_programme())
    here = make_activity(programme=person.memberships.get().programme)
    there = make_activity(state="in_clarification")
    there.programme.memberships.create(user=person, role="manager")
    reminder = make_sent_reminder(make_milestone(activity=there), recipient=person)
    bound = caller(person, programme=here.programme)

    assert [one["id"] for one in bound.ask("activities/").json()["results"]] == [
        here.pk
    ]
    assert len(bound.ask("programmes/").json()["results"]) == 1
    assert bound.ask(f"activities/{there.pk}/").status_code == 404
    assert bound.ask(f"reminders/{reminder.pk}/").status_code == 404
    forecast = f"reminders/forecast/?programme={there.programme.code}"
    assert bound.ask(forecast).status_code == 404
    assert bound.perform(there, "launch").status_code == 404
    assert caller(person).ask(f"activities/{there.pk}/").status_code == 200


def test_one_tokens_answer_is_not_kept_for_another_that_is_bound_elsewhere():
    person = make_member(make_programme())
    activity = make_activity(
        programme=person.memberships.get().programme, state="in_clarification"
    )
    elsewhere = make_member(make_programme()).memberships.get().programme
    elsewhere.memberships.create(user=person, role="manager")
    key = {"Idempotency-Key": "one"}
    address = f"/api/v1/activities/{activity.pk}/transitions/"
    body = {"transition": "launch"}
    first = caller(person).post(
        address, body, format="json", headers=key | {"If-Match": '"2"'}
    )

    answer = caller(person, programme=elsewhere).post(
        address, body, format="json", headers=key | {"If-Match": '"2"'}
    )

    assert first.status_code == 200
    assert answer.status_code == 422


def test_a_token_is_made_shown_once_listed_and_revoked():
    person = make_member(make_programme())
    maker = caller(person)
    code = person.memberships.get().programme.code

    made = maker.post("/api/v1/tokens/", NEW | {"programme": code}, format="json")

    secret, token = made.json()["secret"], made.json()["token"]
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    assert (token["scopes"], token["programme"]["code"]) == (["status:read"], code)
    client = Caller(Authorization=f"Bearer {secret}")
    assert client.ask("status/").status_code == 200
    listed = maker.ask("tokens/").content.decode()
    assert token["prefix"] in listed
    assert secret not in listed
    path = f"/api/v1/tokens/{token['id']}/"
    assert maker.delete(path).status_code == 428
    assert maker.delete(path, headers={"If-Match": '"2"'}).status_code == 412
    assert maker.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    assert client.ask("status/").status_code == 401


@pytest.mark.parametrize(
    "asked",
    [
        {"scopes": ["status:read", "plan:write"]},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"programme": None},
        {"programme": "another"},
        {"days": 31},
        {"days": 0},
        {"days": True},
        {"name": "in use"},
        {"user": 1},
    ],
)
def test_no_token_makes_one_that_is_good_for_more(asked):
    person = make_member(make_programme())
    programme = person.memberships.get().programme
    make_programme(code="another").memberships.create(user=person, role="manager")
    maker = caller(
        person,
        name="in use",
        scopes=["status:read", "tokens:write"],
        programme=programme,
        expires_at=NOON + timedelta(days=30),
    )
    good = NEW | {"programme": programme.code, "days": 30}

    answer = maker.post("/api/v1/tokens/", good | asked, format="json")

    assert answer.status_code == 400
    assert maker.post("/api/v1/tokens/", good, format="json").status_code == 201


def test_tokens_of_others_and_of_other_programmes_are_not_there():
    programme = make_programme()
    person, other = make_member(programme), make_member(programme)
    foreign, _secret = ApiToken.objects.issue(other, "BI", at=NOON)
    own, _secret = ApiToken.objects.issue(person, "BI", at=NOON)

    assert caller(person).ask(f"tokens/{foreign.pk}/").status_code == 404
    assert caller(person).delete(f"/api/v1/tokens/{foreign.pk}/").status_code == 404
    bound = caller(person, programme=programme)
    assert bound.ask(f"tokens/{own.pk}/").status_code == 404


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_the_database_knows_no_other_scopes(scopes):
    person = make_user()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.issue(person, "BI", at=NOON, scopes=scopes)
