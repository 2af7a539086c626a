"""`manage.py token` issues, lists and revokes the keys to the API."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from rollout.models import ApiToken
from tests.factories import NOON, make_user

pytestmark = pytest.mark.django_db


def run(*arguments):
    out, notes = StringIO(), StringIO()
    call_command("token", *arguments, stdout=out, stderr=notes)
    return out.getvalue(), notes.getvalue()


def opens(secret):
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    return client.get("/api/v1/programmes/").status_code == 200


def test_issue_prints_the_secret_and_nothing_else_to_standard_output():
    person = make_user(email="mette@example.org")

    secret, notes = run("issue", "Mette@Example.org", "--name", "Power BI")

    token = ApiToken.objects.get()
    assert (token.user, token.name) == (person, "Power BI")
    assert token.expires_at == NOON + timedelta(days=365)
    assert opens(secret.strip())
    assert "only this once" in notes
    assert secret.strip() not in notes


def test_list_shows_who_and_when_but_no_secret():
    make_user(email="mette@example.org")
    secret, _notes = run("issue", "mette@example.org", "--name", "BI", "--days", "30")

    listed, _notes = run("list", "mette@example.org")

    assert "mette@example.org\tBI\texpires 2026-04-01" in listed
    assert secret.strip()[17:] not in listed


def test_revoke_ends_a_token_at_once():
    make_user(email="mette@example.org")
    secret, _notes = run("issue", "mette@example.org", "--name", "BI")
    prefix = ApiToken.objects.get().prefix

    run("revoke", f"rollout_{prefix}")

    assert not opens(secret.strip())
    assert "revoked" in run("list")[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("issue", "nobody@example.org", "--name", "x"), "no active person"),
        (("issue", "gone@example.org", "--name", "x"), "no active person"),
        (("issue", "mette@example.org", "--name", "x", "--days", "0"), "from 1 to"),
        (("revoke", "12345678"), "no token 12345678"),
        (("list", "nobody@example.org"), "no active person"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(arguments, says):
    make_user(email="mette@example.org")
    make_user(email="gone@example.org", is_active=False)

    with pytest.raises(CommandError, match=says):
        run(*arguments)

    assert not ApiToken.objects.exists()
