"""Which faults there are, and the table of what each cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults import (
    at_scale,
    chaos,
    clocks,
    database_fails,
    mail_fails,
    processes_die,
    redis_fails,
    servers_fail,
    storage_fails,
    twice,
)
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict

SCALED = (
    "Times are scaled: lease 90 s to 3 s, after the fence 900 s to 60 s, wait after a"
    " lost\nreply 15 min to 4 s, backoff 1 min to 1 s, breaker to a twentieth, SMTP"
    " patience 600 s\nto 20 s, beat 60 s to 1 s and 15 s to 0.5 s, loop 15 s to 0.5 s."
    " In faults 21 to 23 the\nfence's lease is 8 s and the patience 4 s; fault 28"
    " keeps production's."
)


@dataclass(frozen=True)
class Fault:
    """One fault of the matrix."""

    number: str
    title: str
    play: Callable[[Stage, Verdict, int], None]
    #: Reminders at scale 1, and at the smallest scale.
    size: int
    least: int = 30


FAULTS = (
    Fault("1", "senders killed at random", processes_die.senders_killed_at_random, 600),
    Fault(
        "2",
        "sender killed between 250 and its record",
        processes_die.killed_between_the_250_and_its_record,
        200,
        50,
    ),
    Fault("3", "sender killed before DATA", processes_die.killed_before_data, 200),
    Fault("4", "Celery child killed", processes_die.celery_child_killed, 200, 40),
    Fault(
        "5", "planner killed mid-insert", processes_die.planners_killed_mid_insert, 100
    ),
    Fault(
        "6", "2 beats + 4 planners + 2 loops", processes_die.everything_twice, 600, 60
    ),
    Fault(
        "7",
        "worker killed with pokes in hand",
        servers_fail.worker_killed_with_pokes_in_its_hands,
        100,
    ),
    Fault("8", "Redis killed 10 times", servers_fail.redis_killed_ten_times, 200),
    Fault("9", "Redis wiped", servers_fail.redis_wiped, 200),
    Fault("10", "Redis as a black hole", redis_fails.redis_is_a_black_hole, 200),
    Fault("11", "Redis full, read-only", redis_fails.redis_takes_nothing, 200),
    Fault("12", "PostgreSQL crashes 5 times", servers_fail.postgres_crashes, 300, 100),
    Fault("13", "PostgreSQL away", database_fails.postgres_away, 200, 100),
    Fault(
        "14", "all connections cut 10 times", servers_fail.backends_terminated, 300, 100
    ),
    Fault(
        "15", "connections exhausted", database_fails.connections_exhausted, 200, 100
    ),
    Fault("16", "outbox locked", database_fails.outbox_locked, 200, 100),
    Fault("17", "disk full: tables", storage_fails.data_disk_full, 200, 100),
    Fault("17", "disk full: write-ahead log", storage_fails.log_disk_full, 200, 100),
    Fault("18", "fsync fails 3 times", storage_fails.fsync_fails, 200, 100),
    Fault("19", "421, 451, greylisting", mail_fails.greylisted, 200),
    Fault(
        "20",
        "550 for one, 535 for all",
        mail_fails.one_address_and_then_all_refused,
        100,
    ),
    Fault("21", "taken, then reset", mail_fails.replies_dropped, 200),
    Fault("22", "hangs and dribbles", mail_fails.server_hangs, 100),
    Fault(
        "23", "senders frozen for twice the lease", processes_die.frozen_senders, 200
    ),
    Fault("24", "a week down", clocks.three_days_down, 100),
    Fault("25", "clocks that disagree", clocks.clocks_disagree, 200),
    Fault("26", "29 March, 25 October, 29 February", clocks.nights, 100),
    Fault("27", "poison rows", mail_fails.poison, 1000, 50),
    Fault(
        "28", "SIGTERM under load", processes_die.asked_to_leave_under_load, 400, 400
    ),
    Fault("29", "one transition 50 times at once", twice.asked_many_times, 100, 10),
    Fault("30", "backup restored after mails", twice.restored_backup, 200),
    Fault("chaos", "everything at once", chaos.chaos, 2000, 100),
    Fault("scale", "3 web, 4 workers, 2 beats", at_scale.at_scale, 2000, 100),
)


def line(verdict: Verdict) -> str:
    """Say in one or more lines what became of a fault."""
    if verdict.skipped:
        return f"{verdict.fault:>5} {verdict.title:<41} not played: {verdict.skipped}"
    result = "ok" if not verdict.breaches else "BREACH"
    text = (
        f"{verdict.fault:>5} {verdict.title:<41} {verdict.reminders:>5} reminders"
        f" {verdict.lost:>3} lost {verdict.extra:>3} extra"
        f" {verdict.two_ids:>2} two IDs {verdict.seconds:>4.0f} s  {result}"
    )
    if verdict.sender_kills or verdict.planner_kills or verdict.unanswered:
        text += (
            f"\n        killed: {verdict.sender_kills} senders"
            f" ({verdict.in_window} between 250 and record),"
            f" {verdict.planner_kills} planners; replies lost: {verdict.unanswered}"
        )
    for note in verdict.notes:
        text += f"\n        {note}"
    for breach in verdict.breaches:
        text += f"\n        BREACH: {breach}"
    return text


def total(verdicts: Iterable[Verdict], *, seed: int) -> str:
    """Return the table's last line."""
    found = [one for one in verdicts if not one.skipped]
    return (
        f"seed {seed}: {len(found)} faults, {sum(v.reminders for v in found)}"
        f" reminders, {sum(v.lost for v in found)} lost,"
        f" {sum(v.extra for v in found)} extra copies,"
        f" {sum(v.sender_kills for v in found)} senders and"
        f" {sum(v.planner_kills for v in found)} planners killed,"
        f" {sum(bool(v.breaches) for v in found)} with a breach."
    )
