"""Small doors of which each was left open somewhere else once."""

import inspect
import re

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config import uploads
from tests.factories import make_member, make_programme

PASSWORD = "a long and good password"  # of people made up here
FOREIGN = (
    *("//evil.example.com", "/\\evil.example.com", "https:evil.example.com"),
    *("https://evil.example.com/", "/%0d%0aLocation: //evil", "javascript:alert(1)"),
)


@pytest.mark.django_db
def test_nobody_is_sent_to_another_site(client):
    """Checklist 12: after login, after logout and after choosing a language."""
    person = make_member(make_programme(), password=PASSWORD)
    said = []

    for address in FOREIGN:
        form = {"login": person.email, "password": PASSWORD, "next": address}
        said.append(Client().post(reverse("account_login"), form)["Location"])
        client.force_login(person)
        said.append(
            client.post("/language/", {"language": "en", "next": address})["Location"]
        )
        said.append(client.post("/accounts/logout/", {"next": address})["Location"])

    for one in said:
        assert re.match(r"/(?![/\\])", one), one
        assert "\n" not in one, one


@pytest.mark.django_db
def test_guessing_one_password_locks_out_nobody_else():
    """Checklist 28: a whole town hall behind one address goes on working."""
    victim = make_member(make_programme(), password=PASSWORD)
    neighbour = make_member(make_programme(), password=PASSWORD)
    form = {"login": victim.email, "password": "wrong"}

    for _ in range(7):
        Client().post(reverse("account_login"), form)
    locked = Client().post(reverse("account_login"), form | {"password": PASSWORD})
    other = Client().post(
        reverse("account_login"), {"login": neighbour.email, "password": PASSWORD}
    )

    assert locked.status_code == 200
    assert other.status_code == 302


@pytest.mark.django_db
def test_a_static_file_says_what_a_browser_may_do_with_it(client):
    """Checklist 32: not only pages carry the headers."""
    answer = client.get("/static/css/rollout.css")
    answer.getvalue()
    answer.close()

    headers = answer.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_an_upload_that_is_too_large_is_refused_before_it_is_read(client, monkeypatch):
    """Checklist 20: the size is looked at before the content."""
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    programme = make_programme()
    client.force_login(make_member(programme))
    file = SimpleUploadedFile("plan.yaml", b"x" * 2000)

    answer = client.post(f"/plan/file/{programme.pk}/upload/", {"file": file})

    assert answer.status_code in {400, 413}


@pytest.mark.django_db
def test_who_finds_a_hole_finds_whom_to_tell(client, settings):
    """RFC 9116, where the installation names somebody."""
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:sikkerhed@example.org"

    text = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:sikkerhed@example.org" in text
    assert "Expires: 20" in text


def test_no_task_takes_orders_from_a_message():
    """Checklist 42: a forged message can only make us look again."""
    current_app.loader.import_default_modules()
    own = {
        name: task
        for name, task in current_app.tasks.items()
        if not name.startswith("celery.")
    }

    assert current_app.conf.accept_content == ["json"]
    assert {name.split(".")[0] for name in own} == {
        "config",
        "notifications",
        "rollout",
    }
    for name, task in own.items():
        assert not inspect.signature(task.run).parameters, name
