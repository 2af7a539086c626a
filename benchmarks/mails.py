"""Mails through the outbox, beside a bare loop over smtplib into the same sink."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate

from django.conf import settings
from django.db import connection

from benchmarks.floors import NOON
from benchmarks.measure import Result, compare
from notifications import calendar, compose, outbox, reminders
from notifications.models import ActionLink, Message, MessageState, Reminder

#: As though nobody had begun with them.
_BEGIN_AGAIN = """
UPDATE notifications_message
SET state = 'pending', sent_at = NULL, attempts = 0, data_started_at = NULL,
    claim_token = NULL, lease_until = NULL
WHERE state <> 'pending'
"""


def results() -> Iterator[Result]:
    """Compare what a sender does with all its guarantees to what smtplib does."""
    calendar.refresh(on=NOON.date())
    for left_behind in (ActionLink, Reminder, Message):
        left_behind.objects.all().delete()
    reminders.plan(now=NOON)
    compose.compose(now=NOON, any_time=True)
    with _sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        _deliver()
        written = list(Message.objects.filter(state=MessageState.SENT).order_by("pk"))
        yield compare(
            "mails by one sender",
            ours=_deliver,
            floor=lambda: _send(written, port),
            unit=f"{len(written):,} mails",
            floor_is="the same texts as EmailMessage over one SMTP connection",
            times=1,
            runs=3,
            at_most=2,
        )


def _deliver() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN_AGAIN)
    endless = outbox.Timing(budget=3600)
    tally = outbox.deliver(now=NOON, any_time=True, times=endless)
    assert tally.sent, tally


def _send(messages: list[Message], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for message in messages:
            mail = EmailMessage()
            mail["From"], mail["To"] = settings.DEFAULT_FROM_EMAIL, message.to_address
            mail["Subject"], mail["Message-ID"] = message.subject, message.message_id
            mail["Date"] = formatdate(NOON.timestamp())
            mail.set_content(message.text)
            mail.add_alternative(message.html, subtype="html")
            server.send_message(mail)


@contextmanager
def _sink() -> Iterator[int]:
    """Run a mail server that throws everything away; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"]
    sink = subprocess.Popen([*command, "-c", "aiosmtpd.handlers.Sink"])  # noqa: S603
    try:
        _wait_for(port)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"no mail server listens on port {port}")
