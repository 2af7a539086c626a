"""A person's own access tokens: shown once, listed, and revoked."""

import re
from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from rollout.models import ApiToken, Role
from tests.factories import NOON, make_member, make_programme
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db

FILLED_IN = {"name": "Power BI", "days": "90", "scopes": ["plan:read"]}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def person():
    return make_member(make_programme(), Role.PARTNER)


def opens(secret):
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    return client.get("/api/v1/programmes/").status_code == 200


def test_a_token_is_shown_once_and_opens_the_api(client, person):
    client.force_login(person)

    made = client.post("/settings/tokens/", FILLED_IN)
    secret = re.search(r"rollout_\w{8}_[-\w]{43}", made.content.decode())[0]
    later = client.get("/settings/tokens/").content.decode()

    assert opens(secret)
    assert "no-store" in made["Cache-Control"]
    assert secret not in later
    assert f"rollout_{ApiToken.objects.get().prefix}" in later
    assert ApiToken.objects.get().expires_at == NOON + timedelta(days=90)
    assert "Power BI" in text_of(client.get("/settings/tokens/"))


def test_a_revoked_token_opens_nothing(client, person):
    token, secret = ApiToken.objects.issue(person, "BI", at=NOON)
    client.force_login(person)

    seen = text_of(client.post(f"/settings/tokens/{token.pk}/revocation/", follow=True))

    assert "“BI” er tilbagekaldt." in seen
    assert "tilbagekaldt 2. marts 2026" in seen
    assert not opens(secret)


def test_an_expired_token_is_told_as_such(client, person):
    ApiToken.objects.issue(person, "BI", at=NOON, expires_at=NOON)
    client.force_login(person)

    seen = text_of(client.get("/settings/tokens/"))

    assert "udløbet" in seen
    assert "Tilbagekald" not in seen


def test_other_peoples_tokens_are_not_there(client, person):
    programme = person.memberships.get().programme
    token, secret = ApiToken.objects.issue(make_member(programme), "Regneark", at=NOON)
    client.force_login(person)

    assert "Regneark" not in text_of(client.get("/settings/tokens/"))
    path = f"/settings/tokens/{token.pk}/revocation/"
    assert client.post(path).status_code == 404
    assert opens(secret)


@pytest.mark.parametrize("values", [{"name": ""}, {"days": "9999"}, {"days": "x"}])
def test_a_token_without_a_name_or_end_is_not_made(client, person, values):
    client.force_login(person)

    response = client.post("/settings/tokens/", FILLED_IN | values)

    assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_tokens(client, person):
    for number in range(20):
        ApiToken.objects.issue(person, f"{number}", at=NOON)
    client.force_login(person)

    response = client.post("/settings/tokens/", FILLED_IN)

    assert "for mange adgangstokens" in text_of(response)
    assert ApiToken.objects.count() == 20


def test_nothing_is_revoked_by_looking(client, person):
    token, _secret = ApiToken.objects.issue(person, "BI", at=NOON)
    client.force_login(person)

    assert client.get(f"/settings/tokens/{token.pk}/revocation/").status_code == 405


def test_the_settings_begin_where_one_may_change_something(client, person):
    client.force_login(person)
    assert client.get("/settings/")["Location"] == "/settings/tokens/"

    client.force_login(make_member(make_programme()))
    assert client.get("/settings/")["Location"].startswith("/settings/members/")
