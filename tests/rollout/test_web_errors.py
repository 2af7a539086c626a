"""What a page says when something is not there, not allowed, or broken."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_member, make_programme
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_told_to_anybody(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "Siden findes ikke" in text_of(response)


@pytest.mark.parametrize(
    "view",
    [
        "rollout:overview",
        "rollout:settings_members",
        "notifications:forecast",
        "notifications:what_if_shift",
    ],
)
def test_a_programme_that_cannot_be_called_so_is_not_there(client, view):
    client.force_login(make_member(make_programme()))

    assert client.get(reverse(view), {"programme": "\0"}).status_code == 404


def test_an_unknown_activity_is_told_to_who_is_logged_in(client):
    client.force_login(make_member(make_programme()))

    response = client.get("/activities/999/")

    assert response.status_code == 404
    assert "Eksempel Person" in text_of(response)


def test_a_form_without_its_token_is_told_what_to_do():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/language/", {"language": "en"})

    assert response.status_code == 403
    assert "Siden har været åben for længe" in text_of(response)


def test_a_fault_of_ours_is_admitted_in_both_languages(client, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError

    client.raise_request_exception = False
    client.force_login(make_member(make_programme()))
    monkeypatch.setattr("rollout.web.views.overview.programme_status", broken)

    response = client.get("/")

    assert response.status_code == 500
    assert "Der er sket en fejl" in text_of(response)
    assert "Something went wrong" in text_of(response)


def test_no_page_needs_inline_styles_or_scripts(client):
    client.force_login(make_member(make_programme()))

    for path in ("/", "/accounts/password/change/"):
        shown = client.get(path).content.decode()
        assert " style=" not in shown
        assert "<style" not in shown
        assert " onclick=" not in shown
        assert "<script>" not in shown
