"""Mails through the outbox, beside a bare loop over smtplib into the same sink."""

from __future__ import annotations

import multiprocessing
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.utils import formatdate
from functools import partial

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
        two = compare(
            "mails by two senders",
            ours=partial(_deliver_by, 2),
            floor=partial(_deliver_by, 1),
            unit=f"{len(written):,} mails",
            floor_is="one sender, a process of its own as each of the two is",
            times=1,
            runs=3,
            # 1.6 times as many mails, where two processors are free for them.
            at_most=1 / 1.6,
            notes=["the mail server and the database share the processors with them"],
        )
        # Of the processor only the time of this process is known, which but waits.
        yield replace(two, ours_busy=[], floor_busy=[])


def _deliver_by(senders: int) -> None:
    """Send everything by so many processes at once."""
    _begin_again()
    # A connection cannot be shared by two processes.
    connection.close()
    forks = multiprocessing.get_context("fork")
    running = [forks.Process(target=_send_all) for _sender in range(senders)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert not any(process.exitcode for process in running)
    assert not Message.objects.exclude(state=MessageState.SENT).exists()


def _deliver() -> None:
    _begin_again()
    assert _send_all().sent


def _begin_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN_AGAIN)


def _send_all() -> outbox.Tally:
    endless = outbox.Timing(budget=3600)
    return outbox.deliver(now=NOON, any_time=True, times=endless)


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
