"""Sends what is in the outbox: claim, look once more, fence, DATA, record.

At least once, with a bound: a copy can only arise where a sender dies between the
server's 250 and the recorded ``sent``, or where the reply is lost. The database is
the queue and keeps the time of every lease; any number of senders may run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from notifications import (
    breaker,
    compose,
    email,
    last_look,
    letters,
    outbox_sql,
    providers,
    pulse,
    return_path,
    window,
)
from notifications.claims import Pace, Sender
from notifications.last_look import DATABASE_IS_AWAY, Wanted
from notifications.letters import Material
from notifications.models import Message, Reminder
from notifications.smtp import Fate, Patience, Relay, Result

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing(Pace):
    """Times of the outbox in seconds; the lease is the one until DATA."""

    #: From the fence on; longer than the server may take to answer.
    data_lease: float = 900
    #: After a lost reply, before the next copy.
    unknown_wait: float = 900
    #: Copies after the first that may be sent without knowing the outcome.
    resends: int = 2
    #: Reminders that leave in a minute at most, so that what has piled up does not
    #: arrive at a partner's mail server all at once. 0: as many as can.
    per_minute: int = 0
    #: Shortens the breaker's pauses.
    pause_scale: float = 1
    patience: Patience = field(default_factory=Patience)


def timing() -> Timing:
    """Return the times in force; ``OUTBOX_TIMING`` in the settings changes some."""
    return Timing(**getattr(settings, "OUTBOX_TIMING", {}))


@dataclass
class Tally:
    """What one run of a sender did, in messages."""

    sent: int = 0
    dropped: int = 0
    retried: int = 0
    unknown: int = 0
    failed: int = 0


def deliver(
    *,
    now: datetime,
    any_time: bool = False,
    times: Timing | None = None,
    must_stop: Callable[[], bool] = lambda: False,
) -> Tally:
    """Send everything that is due, in claimed batches, until none is left.

    ``now`` decides what is due and which words are used; leases run on the
    database's clock. ``any_time`` ignores the sending window. ``must_stop`` is asked
    before each mail; the rest of the batch then goes back to the queue. Raises
    RuntimeError inside a transaction: nothing may talk to a mail server in one.
    """
    if connection.in_atomic_block:
        raise RuntimeError("mail is sent outside any transaction")
    run = _Run(now=now, times=times or timing(), any_time=any_time, must_stop=must_stop)
    with Relay(run.times.patience) as relay:
        while run.may_go_on:
            batch = run.claim()
            if not batch:
                break
            run.send(batch, relay)
    pulse.beat(pulse.SENDER, now=now, counts=asdict(run.tally))
    return run.tally


class _Run(Sender):
    """One sender of mails at work."""

    def __init__(
        self,
        *,
        now: datetime,
        times: Timing,
        any_time: bool,
        must_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(
            now=now, pace=times, writes=outbox_sql.OUTCOMES, must_stop=must_stop
        )
        self.times = times
        self.any_time = any_time
        self.tally = Tally()
        self.is_cut_off = False

    @property
    def may_go_on(self) -> bool:
        """Whether there is time for another batch, and a mail server to take it."""
        return self.has_time and not self.is_cut_off

    def claim(self) -> list[Message]:
        """Take the oldest due messages that nobody holds; commit at once."""
        allowed = breaker.allowance(self.times.batch)
        if not allowed:
            return []
        parameters = self.begin_claim() | {
            "batch": allowed,
            "resends": self.times.resends,
        }
        parameters |= window.at(self.now, any_time=self.any_time).parameters
        with connection.cursor() as cursor:
            cursor.execute(outbox_sql.GIVE_UP_UNCERTAIN, parameters)
        with transaction.atomic():
            parameters["room"] = self._room(allowed)
            claimed = list(Message.objects.raw(outbox_sql.CLAIM, parameters))
        prefetch_related_objects(claimed, "recipient")
        return sorted(
            claimed, key=lambda one: (one.awaits_window, one.not_before, one.pk)
        )

    def _room(self, batch: int) -> int:
        """Return how many reminders may leave now."""
        if not self.times.per_minute:
            return batch
        with connection.cursor() as cursor:
            cursor.execute(outbox_sql.LOCK)
            cursor.execute(outbox_sql.UNDER_WAY)
            under_way: int = cursor.fetchone()[0]
        return max(0, self.times.per_minute - under_way)

    def send(self, batch: list[Message], relay: Relay) -> None:
        """Send a claimed batch; what is not tried goes back to the queue."""
        sent_before = self.tally.sent
        self._send_each(batch, relay)
        if self.tally.sent > sent_before and not self.is_cut_off:
            breaker.close()

    def _send_each(self, batch: list[Message], relay: Relay) -> None:
        left = {message.pk: message for message in batch}
        try:
            wanted = last_look.wanted(batch, now=self.now)
            material = last_look.material_of(batch, wanted, now=self.now)
            for message in batch:
                if self.is_late or self.must_stop():
                    return
                del left[message.pk]
                if not self._send_one(message, wanted[message.pk], material, relay):
                    return
        finally:
            if left:
                self.release(list(left))

    def _send_one(
        self,
        message: Message,
        wanted: Wanted,
        material: Material | None,
        relay: Relay,
    ) -> bool:
        """Send one message; return whether the next may be tried."""
        if isinstance(wanted, compose.Dropped):
            self.tally.dropped += 1
            self._record(
                outbox_sql.OUTCOMES.finish,
                message,
                state=wanted.state,
                code=None,
                error=wanted.why,
            )
            return True
        result = self._attempt(message, wanted, material, relay)
        self._settle(message, result)
        return not self.is_cut_off

    def _attempt(
        self,
        message: Message,
        wanted: list[Reminder],
        material: Material | None,
        relay: Relay,
    ) -> Result:
        try:
            letter = letters.write(message, wanted, now=self.now, material=material)
            mail = letter.as_bytes(
                message_id=message.message_id,
                at=timezone.localtime(self.now),
                extra=providers.headers(message) | _traced(message),
            )
        except DATABASE_IS_AWAY:
            raise
        except Exception as error:
            # One broken mail must not stop the others.
            logger.exception("message %s cannot be written", message.pk)
            return Result(Fate.POISON, None, last_look.told(error))
        message.to_address = letter.to.addr_spec
        return relay.send(
            sender=return_path.envelope_sender(message),
            recipient=letter.to.addr_spec,
            mail=mail,
            fence=lambda: self._fence(message, letter),
        )

    def _fence(self, message: Message, letter: email.Letter) -> bool:
        """Say that DATA begins, and keep the exact mail; False: no longer ours."""
        parameters: dict[str, Any] = {
            "id": message.pk,
            "token": self.token,
            "lease": self.times.data_lease,
            "kind": letter.kind,
            "to": letter.to.addr_spec,
            "sender": str(letter.sender),
            "reply_to": str(letter.reply_to or ""),
            "subject": letter.subject,
            "text": letter.kept(letter.text),
            "html": letter.kept(letter.html),
            "digest": letter.digest,
        }
        with connection.cursor() as cursor:
            cursor.execute(outbox_sql.FENCE, parameters)
            return bool(cursor.rowcount == 1)

    def _settle(self, message: Message, result: Result) -> None:
        """Record what became of an attempt."""
        deeds: dict[Fate, Callable[[Message, Result], None]] = {
            Fate.SENT: self._on_sent,
            Fate.RETRY: self._on_retry,
            Fate.RELAY_DOWN: self._on_relay_failure,
            Fate.CONFIGURATION: self._on_relay_failure,
            Fate.ADDRESS: self._on_address,
            Fate.POISON: self._on_poison,
            Fate.UNKNOWN: self._on_unknown,
            Fate.LOST: lambda _message, _result: None,
        }
        if result.fate is not Fate.SENT:
            logger.info(
                "message %s: %s %s %s",
                message.pk,
                result.fate.value,
                result.code or "",
                result.reply,
            )
        deeds[result.fate](message, result)

    def _on_sent(self, message: Message, result: Result) -> None:
        self.tally.sent += 1
        self._record(
            outbox_sql.OUTCOMES.sent, message, code=result.code, reply=result.reply
        )

    def _on_retry(self, message: Message, result: Result) -> None:
        until = self.next_attempt(attempts=message.attempts, since=message.tried_since)
        if until is None:
            self._on_poison(message, result)
            return
        self.tally.retried += 1
        self._record(
            outbox_sql.OUTCOMES.retry,
            message,
            not_before=until,
            code=result.code,
            error=result.reply,
        )

    def _on_relay_failure(self, message: Message, result: Result) -> None:
        self.tally.retried += 1
        self.is_cut_off = True
        self.release([message.pk])
        breaker.trip(result, scale=self.times.pause_scale)

    def _on_address(self, message: Message, result: Result) -> None:
        self.tally.failed += 1

        @transaction.atomic
        def give_up() -> None:
            # Both or neither: reminders that stay behind are told to nobody.
            self.write(
                outbox_sql.SUPPRESS,
                message.pk,
                address=message.to_address,
                code=result.code,
                error=result.reply,
            )
            compose.hand_on(message, now=self.now)

        # Refused before the fence, so that it is the first lease that runs.
        self.persist(give_up, within=self.times.lease)

    def _on_poison(self, message: Message, result: Result) -> None:
        self.tally.failed += 1
        logger.error(
            "message %s is given up: %s %s", message.pk, result.code or "", result.reply
        )
        self._record(
            outbox_sql.OUTCOMES.finish,
            message,
            state="dead",
            code=result.code,
            error=result.reply,
        )

    def _on_unknown(self, message: Message, result: Result) -> None:
        self.tally.unknown += 1
        self._record(
            outbox_sql.UNKNOWN,
            message,
            wait_until=self.moment + timedelta(seconds=self.times.unknown_wait),
            resends=self.times.resends,
            error=result.reply,
        )

    def _record(self, sql: str, message: Message, **values: Any) -> None:
        self.record(sql, message.pk, within=self.times.data_lease, **values)


def _traced(message: Message) -> dict[str, str]:
    """Return the header that leads from a mail to what the log says of its request."""
    return {"X-Request-ID": message.request_id} if message.request_id else {}
