"""Faults 19 to 22 and 27: the mail server refuses, hangs or lies, and mails that
cannot be written.
"""

from __future__ import annotations

import time
from itertools import pairwise

from django.utils import timezone

from notifications.models import Message
from rollout.models import Milestone, User
from tests.faults.sink import DRIBBLE, DROP, HANG, Offer
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count

FIRST_BACKOFF = 1.0
WATCHDOG = 5


def greylisted(stage: Stage, verdict: Verdict, size: int) -> None:
    """19: 421, 451 before and after the mail, each first try; the waits are kept."""
    replies = ("421 4.3.2 not now", "451 4.7.1 greylisted", None)
    chosen: dict[str, str | None] = {}

    def at_rcpt(recipient: str, pid: int) -> str | None:
        if recipient in chosen:
            return None
        chosen[recipient] = stage.chance.choice(replies)
        return chosen[recipient]

    def decide(offer: Offer) -> str:
        is_first = chosen[offer.recipient] is None and not offer.before
        return "451 4.3.0 try again" if is_first else "250 OK"

    stage.sink.at_rcpt, stage.sink.decide = at_rcpt, decide
    for _ in range(2):
        stage.add_loop()
    stage.load(size)
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    waits = [b - a for tries in stage.sink.offers.values() for a, b in pairwise(tries)]
    verdict.notes.append(
        f"shortest wait {min(waits):.2f} s of {FIRST_BACKOFF} s ± 20 %"
    )
    # The wait is counted from the sender's round, which may have begun earlier.
    verdict.expect(len(waits) >= size, "not everybody was refused once")
    verdict.expect(verdict.extra == 0, "copies")


def one_address_and_then_all_refused(stage: Stage, verdict: Verdict, size: int) -> None:
    """20: 550 for one person, then 535 for everybody: one suppressed, nobody dead."""
    [gone, *_others] = stage.load(size)
    stage.sink.at_rcpt = lambda recipient, pid: (
        "550 5.1.1 no such user" if recipient == gone else None
    )
    stage.sink.at_mail = lambda: "535 5.7.8 authentication failed"
    stage.add_loop()
    time.sleep(4)
    [(failures, is_ours)] = stage.ask(
        "SELECT failures, is_configuration FROM notifications_breaker"
    )
    verdict.expect(failures and is_ours, "the breaker is not open")
    verdict.expect(not stage.sink.copies, "mail left although refused")
    stage.sink.at_mail = lambda: None
    until = time.monotonic() + 60
    while stage.missing() - {gone} and time.monotonic() < until:
        time.sleep(0.2)
    states = dict(
        stage.ask("SELECT state, count(*) FROM notifications_message GROUP BY state")
    )
    verdict.notes.append(f"{failures} refusals, then {states}")
    verdict.expect(states == {"sent": size - 1, "suppressed": 1}, f"states: {states}")
    count(stage, verdict, without={gone})
    verdict.expect(verdict.extra == 0, "copies")


def replies_dropped(stage: Stage, verdict: Verdict, size: int) -> None:
    """21: taken, then reset; one mail's reply is dropped each time."""
    stage.timing = "short"
    [never, *others] = stage.load(size)
    once = set(others[: size // 10])

    def decide(offer: Offer) -> str:
        if offer.recipient == never:
            return DROP
        return DROP if offer.recipient in once and not offer.before else "250 OK"

    stage.sink.decide = decide
    for _ in range(2):
        stage.add_loop()
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    copies = stage.sink.addresses
    verdict.expect(copies[never] == 3, f"{copies[never]} copies of the hopeless one")
    verdict.expect(verdict.extra == len(once) + 2, "not one copy for each drop")
    [(uncertain,)] = stage.ask(
        "SELECT count(*) FROM notifications_message WHERE state = 'uncertain'"
    )
    verdict.expect(uncertain == 1, f"{uncertain} for a person to decide, not 1")


def server_hangs(stage: Stage, verdict: Verdict, size: int) -> None:
    """22: no answer after the dot, or one byte now and then; others flow on."""
    stage.timing = "short"
    bad = dict(zip(stage.load(size)[:4], [HANG, DRIBBLE, HANG, DRIBBLE], strict=True))
    stage.sink.decide = lambda offer: (
        bad[offer.recipient]
        if offer.recipient in bad and not offer.before
        else "250 OK"
    )
    for _ in range(2):
        stage.add_loop()
    started = time.monotonic()
    while stage.missing() and time.monotonic() - started < 60:
        time.sleep(0.1)
    flowed = time.monotonic() - started
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    verdict.notes.append(f"all have mail after {flowed:.1f} s; watchdog {WATCHDOG} s")
    verdict.expect(flowed < 3 * WATCHDOG + 10, "one mail held up the others")
    verdict.expect(verdict.extra <= len(bad), "more copies than hung replies")


def poison(stage: Stage, verdict: Verdict, size: int) -> None:
    """27: titles and names with line breaks, and one row that cannot be written."""
    emails = stage.load(size)
    strange = dict(
        zip(emails, ["a\r\nBcc: x@example.org", "b\x1b[2J\u2028", "<b>"], strict=False)
    )
    for email, name in strange.items():
        User.objects.filter(email=email).update(name=name)
    Milestone.objects.filter(responsible__email=emails[3]).update(
        title="Milepæl\r\nBcc: victim@example.org\r\n\r\n" + "x" * 150
    )
    now = timezone.now()
    Message.objects.create(
        dedupe_key="broken",
        message_id="<broken@localhost>",
        kind="transition",
        recipient=User.objects.get(email=emails[4]),
        to_address=emails[4],
        # No template can be filled without the record.
        params={},
        created_at=now,
        not_before=now,
        awaits_window=False,
    )
    stage.add_loop()
    verdict.expect(stage.drain(), "not drained")
    states = dict(
        stage.ask("SELECT state, count(*) FROM notifications_message GROUP BY state")
    )
    verdict.expect(states == {"sent": size, "dead": 1}, f"states: {states}")
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")
