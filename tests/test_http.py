"""What every answer carries, whoever asks and whatever they ask for."""

import json
import os
import re
import secrets
import subprocess
import sys

import pytest
from django.core import mail
from django.urls import reverse

from rollout.models import User
from tests.environment import ROOT
from tests.factories import make_user

FOREIGN = "evil.example.com"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_health_check_needs_no_host_name(client, path):
    answer = client.get(path, headers={"host": FOREIGN})

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_without_the_database_readiness_fails_and_liveness_and_metrics_do_not():
    code = """
from django.conf import settings
from django.test import Client
import django
django.setup()
for path in ("/healthz", "/readyz"):
    answer = Client().get(path)
    print(answer.status_code, answer.headers.get("Retry-After"))
told = {"authorization": f"Bearer {settings.METRICS_TOKEN}"}
print(Client().get("/metrics", headers=told).content.decode())
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
            "METRICS_TOKEN": secrets.token_urlsafe(32),
        },
        capture_output=True,
        text=True,
        check=True,
    )

    alive, ready, *figures = done.stdout.splitlines()
    assert (alive, ready) == ("200 None", "503 10")
    assert "rollout_database_up 0.0" in figures
    assert "# TYPE rollout_request_seconds histogram" in figures


@pytest.mark.django_db
def test_a_foreign_host_is_refused(client):
    answer = client.get("/accounts/login/", headers={"host": FOREIGN})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/nowhere/", "/api/v1/status/", "/admin/login/"]
)
@pytest.mark.django_db
def test_every_answer_says_what_a_browser_may_do_with_it(client, path):
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "coding"), [("/accounts/login/", "gzip"), ("/api/v1/status/", None)]
)
def test_pages_are_compressed_and_the_api_keeps_its_bytes(client, path, coding):
    answer = client.get(path, headers={"accept-encoding": "gzip, br"})

    assert answer.headers.get("Content-Encoding") == coding


@pytest.mark.django_db
def test_a_request_is_logged_without_its_query_string(client, caplog):
    with caplog.at_level("INFO", logger="config.requests"):
        answer = client.get("/accounts/login/?next=/secret")

    (record,) = (r for r in caplog.records if r.name == "config.requests")
    line = record.msg
    assert line["path"] == "/accounts/login/"
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in json.dumps(line, default=str)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/answer/{}/", "/calendar/{}.ics", "/calendar/{}"])
def test_a_secret_in_an_address_stays_out_of_the_log(client, caplog, settings, path):
    settings.SECURE_SSL_REDIRECT = path.endswith("ics")
    secret = secrets.token_urlsafe(32)

    with caplog.at_level("INFO"):
        client.get(path.format(secret))

    assert path.format("…") in caplog.text
    assert secret not in caplog.text


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves(client):
    client.post(
        "/accounts/signup/",
        {"email": "new@example.org", "password1": "x" * 20, "password2": "x" * 20},
    )

    assert not User.objects.exists()
    assert not mail.outbox


@pytest.mark.django_db
def test_the_link_that_resets_a_password_ignores_the_requests_host(client, settings):
    person = make_user(email="somebody@example.org")
    person.set_password("an old and long password")
    person.save()
    settings.ALLOWED_HOSTS = ["*"]

    client.post(
        reverse("account_reset_password"),
        {"email": person.email},
        headers={"host": FOREIGN},
    )

    (sent,) = mail.outbox
    assert FOREIGN not in sent.body
    link = re.search(r"http://localhost:8000(/\S+)", sent.body)[1]
    answer = client.get(link, follow=True)
    assert answer.status_code == 200
    assert b'type="password"' in answer.content


@pytest.mark.django_db
def test_a_login_code_is_sent_only_to_those_who_are_known(client):
    make_user(email="known@example.org", name="Eksempel Kontakt", language="da")

    for email in ("known@example.org", "unknown@example.org"):
        client.post(reverse("account_request_login_code"), {"email": email})

    (sent,) = mail.outbox
    assert sent.to == ["Eksempel Kontakt <known@example.org>"]
    code = re.search(r"^[A-Z0-9-]{6,}$", sent.body, re.MULTILINE)[0]
    assert sent.subject == f"{code} er din kode"
    assert "Hej Eksempel Kontakt" in sent.body
    assert code in sent.alternatives[0].content
