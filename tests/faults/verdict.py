"""Compares the mail server's journal with what should have been sent, knowing nothing
of what the product says about itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.sink import Copy
from tests.faults.stage import Stage


class CannotPlay(Exception):
    """A fault that this machine does not let anybody play; the text says why."""


@dataclass
class Verdict:
    """What became of one fault's reminders."""

    fault: str
    title: str
    reminders: int = 0
    lost: int = 0
    extra: int = 0
    two_ids: int = 0
    sender_kills: int = 0
    planner_kills: int = 0
    in_window: int = 0
    unanswered: int = 0
    seconds: float = 0
    #: Why it was not played, if it was not.
    skipped: str = ""
    #: What was measured besides.
    notes: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    def expect(self, holds: object, what: str) -> None:
        """Note a breach where something does not hold."""
        if not holds:
            self.breaches.append(what)


def count(stage: Stage, verdict: Verdict, *, without: set[str] | None = None) -> None:
    """Fill in lost and duplicated; breaches are losses and unexplained copies.

    ``without`` names people who should get nothing.
    """
    wanted = set(stage.addresses) - (without or set())
    by_recipient: dict[str, list[Copy]] = defaultdict(list)
    by_mail: dict[tuple[str, str], list[Copy]] = defaultdict(list)
    all_copies = list(stage.sink.copies)
    for copy in all_copies:
        by_mail[copy.recipient, copy.message_id].append(copy)
        if copy.recipient not in stage.bystanders:
            by_recipient[copy.recipient].append(copy)
    verdict.reminders = sum(stage.addresses.values())
    verdict.lost = len(wanted - set(by_recipient))
    verdict.two_ids = sum(
        len({copy.message_id for copy in copies}) > 1
        for copies in by_recipient.values()
    )
    verdict.sender_kills += stage.kills
    verdict.planner_kills += stage.planner_kills
    verdict.extra = len(all_copies) - len(by_mail)
    verdict.unanswered = sum(not copy.is_answered for copy in all_copies)
    unexplained = _explain(stage, verdict, by_mail.values())
    verdict.expect(not verdict.lost, f"{verdict.lost} lost")
    verdict.expect(not verdict.two_ids, f"{verdict.two_ids} with two Message-IDs")
    verdict.expect(not unexplained, f"unexplained copies: {unexplained[:3]}")
    uninvited = set(by_recipient) - wanted
    verdict.expect(not uninvited, f"{len(uninvited)} uninvited")


def _explain(stage: Stage, verdict: Verdict, mails: Iterable[list[Copy]]) -> list[str]:
    """Return recipients of copies for which no process died and no reply was lost."""
    last_of = {copy.pid: copy for copy in stage.sink.copies}
    unexplained = []
    for copies in mails:
        for copy in copies[:-1]:
            was_cut = copy.pid in stage.hurt and last_of[copy.pid] is copy
            was_frozen = copy.pid in stage.hurt and copy.pid in stage.senders()
            verdict.in_window += copy.is_answered and (was_cut or was_frozen)
            if copy.is_answered and not was_cut and not was_frozen:
                unexplained.append(copy.recipient)
    return unexplained
