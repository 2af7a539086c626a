"""Faults 24 to 26: downtime, clocks that disagree, and the nights when they change."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAY = 86400.0


def ahead_of(stage: Stage, local: datetime) -> float:
    """Return by how many seconds a local time lies ahead of this machine's clock."""
    moment = local.replace(tzinfo=COPENHAGEN).astimezone(UTC)
    return (moment - datetime.now(UTC)).total_seconds() + stage.ahead


def three_days_down(stage: Stage, verdict: Verdict, size: int) -> None:
    """24: nothing runs for a working week; then one mail each, every step on record."""
    people = max(5, size // 10)
    ladder = stage.programme.pk
    stage.ask(
        "INSERT INTO notifications_ladderstep (ladder_id, offset_days, audience)"
        " SELECT l.id, s, 'responsible' FROM notifications_ladder l,"
        " unnest(ARRAY[-4, -3, -1, 1]) s WHERE l.programme_id = %s RETURNING id",
        ladder,
    )
    stage.load(size, people=people, due_on=stage.today + timedelta(days=4))
    loop = stage.add_loop()
    time.sleep(2)
    loop.end(seconds=30)
    before = stage.sink.addresses
    stage.loops.clear()
    stage.add_loop(ahead=stage.ahead + 7 * DAY)
    verdict.expect(stage.drain(), "not drained")
    time.sleep(2)
    after = stage.sink.addresses - before
    verdict.expect(set(after.values()) == {1}, f"mails each: {set(after.values())}")
    verdict.lost = len(set(stage.addresses) - set(after))
    rows = dict(
        stage.ask("SELECT state, count(*) FROM notifications_reminder GROUP BY state")
    )
    # Passed over but for the newest; what left before the downtime is merged, too.
    verdict.notes.append(f"ledger: {rows}; {sum(before.values())} mails before")
    verdict.expect(sum(rows.values()) == 5 * size, f"{rows} for {5 * size} steps")
    verdict.expect(verdict.lost == 0, f"{verdict.lost} lost")
    verdict.reminders = 5 * size


def clocks_disagree(stage: Stage, verdict: Verdict, size: int) -> None:
    """25: senders two hours ahead, two hours and five minutes behind; leases agree."""
    for skew in (0, 7200, -300, -7200):
        stage.add_loop(ahead=stage.ahead + skew)
    stage.load(size)
    tomorrow = stage.load(5, due_on=stage.today + timedelta(days=1))
    for email in tomorrow:
        del stage.addresses[email]
    verdict.expect(stage.drain(), "not drained")
    time.sleep(2)
    early = set(tomorrow) & set(stage.sink.addresses)
    verdict.expect(not early, f"{len(early)} a day early")
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")


#: Sunday night or leap day, and the first working morning after it.
NIGHTS = (
    (datetime(2026, 3, 29, 1, 59, 58), date(2026, 3, 30)),  # noqa: DTZ001 (local)
    (datetime(2026, 10, 25, 2, 59, 58), date(2026, 10, 26)),  # noqa: DTZ001
    (datetime(2028, 2, 29, 1, 59, 58), date(2028, 2, 29)),  # noqa: DTZ001
)


def nights(stage: Stage, verdict: Verdict, size: int) -> None:
    """26: real processes over 29 March, 25 October and 29 February."""
    each = max(3, size // 10)
    early = 0
    for night, morning in NIGHTS:
        people = stage.load(each, due_on=morning)
        asleep = stage.add_loop(ahead=ahead_of(stage, night))
        time.sleep(4)
        verdict.expect(asleep.is_running, f"the loop died on {night}")
        asleep.end(seconds=10)
        dawn = datetime(morning.year, morning.month, morning.day, 6, 59, 57)  # noqa: DTZ001
        awake = stage.add_loop(ahead=ahead_of(stage, dawn))
        opens = time.time() + 3
        until = time.monotonic() + 30
        while stage.missing() and time.monotonic() < until:
            time.sleep(0.1)
        awake.end(seconds=10)
        stage.loops.clear()
        mine = [copy for copy in stage.sink.copies if copy.recipient in people]
        # The nursery takes a moment to start, so its dawn is no earlier than ours.
        early += sum(copy.at < opens - 3 for copy in mine)
    verdict.expect(early == 0, f"{early} before seven o'clock")
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")
