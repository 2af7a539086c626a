"""A mail server hands returned mail over, or a mailbox collects it."""

from __future__ import annotations

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from notifications import return_path
from notifications.models import Bounce
from tests.factories import make_user
from tests.notifications.bounced.scene import in_force
from tests.notifications.factories import make_message
from tests.notifications.returned import postfix_report


def run(monkeypatch, mail, *arguments):
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(mail)})())
    out = io.StringIO()
    call_command("bounces", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_mail_server_can_pipe_a_report_in(monkeypatch):
    message = make_message(to_address="borte@example.org")
    address = return_path.envelope_sender(message)

    said = run(monkeypatch, postfix_report("someone@example.org"), "--to", address)

    assert "borte@example.org" in said
    assert Bounce.objects.get().message == message


@pytest.mark.django_db
def test_a_forged_report_silences_nobody(monkeypatch):
    make_message(to_address="borte@example.org")

    said = run(monkeypatch, postfix_report("bounce+1.forged@rollout.example.org"))

    assert "Sprunget over" in said
    assert in_force() == []


@pytest.mark.django_db
def test_a_report_cannot_silence_another_address_than_that_of_its_mail(monkeypatch):
    message = make_message(to_address="mine@example.org")
    victim = make_user(email="borte@example.org")

    # It names the victim, whose address it was never about.
    run(monkeypatch, postfix_report(return_path.envelope_sender(message)))

    assert victim.email not in in_force()
    assert in_force() == ["mine@example.org"]


@pytest.mark.django_db
def test_a_maildir_is_read_once(tmp_path, capsys):
    message = make_message(to_address="borte@example.org")
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    report = postfix_report(return_path.envelope_sender(message))
    (tmp_path / "new" / "1.example").write_bytes(report)
    (tmp_path / "new" / "2.example").write_bytes(b"Subject: hej\n\nikke en rapport\n")

    for _ in range(2):
        call_command("bounces", "--maildir", str(tmp_path))

    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert Bounce.objects.count() == 1
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.django_db
def test_what_is_no_maildir_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Maildir"):
        call_command("bounces", "--maildir", str(tmp_path))
