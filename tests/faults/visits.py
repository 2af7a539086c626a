"""Judges what visitors saw: answers, their times, and that each move was made once,
whole, and told of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import httpx

from tests.faults.stage import Stage
from tests.faults.verdict import Verdict
from tests.faults.visitors import NONE, Answer, Visitors

#: A move: which activity, and the version that it has by it.
Move = tuple[int, int]


def percentile(answers: Sequence[Answer], share: float) -> float:
    """Return the time within which this share of the answers came, in seconds."""
    times = sorted(one.seconds for one in answers)
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


def told(answers: Sequence[Answer]) -> str:
    """Say how many answers there were, of which kinds, and how long they took."""
    kinds = Counter(one.status for one in answers)
    named = ", ".join(
        f"{number} × {status or 'none'}" for status, number in sorted(kinds.items())
    )
    half, most = percentile(answers, 0.5), percentile(answers, 0.99)
    longest = max((one.seconds for one in answers), default=0.0)
    return (
        f"{len(answers)} answers ({named}), half within {half * 1000:.0f} ms,"
        f" 99 % within {most * 1000:.0f} ms, all within {longest * 1000:.0f} ms"
    )


def expect_no_failure(verdict: Verdict, answers: Sequence[Answer]) -> None:
    """Note a breach for each answer of the kind that a server that failed gives."""
    failed = [f"{one.status} to {one.asked}" for one in answers if one.is_failure]
    verdict.expect(not failed, f"{len(failed)} failures: {failed[:3]}")
    verdict.expect(answers, "nobody came")


def expect_only_503(
    verdict: Verdict, answers: Iterable[Answer], *, may_be_cut: bool = False
) -> None:
    """Note a breach for a failure that is no 503, or does not say when to come back.

    Where web servers die, the answer to what they had in hand ``may_be_cut``.
    """
    wrong = [
        f"{one.status} to {one.asked}"
        for one in answers
        if one.is_failure
        and not (one.status == httpx.codes.SERVICE_UNAVAILABLE and one.says_when)
        and not (one.status == NONE and may_be_cut)
    ]
    verdict.expect(not wrong, f"{len(wrong)} failures of another kind: {wrong[:3]}")


def expect_exact(stage: Stage, visitors: Visitors, verdict: Verdict) -> None:
    """Note a breach for each move that was not made exactly as its visitor was told.

    What got no answer, or one that says that the server failed, may have been made or
    not, but as a whole. Call it when the visitors have left and the outbox is empty.
    """
    made = _made(stage, visitors)
    confirmed = _moves(visitors, lambda status, is_done: is_done)
    open_ended = _moves(
        visitors,
        lambda status, is_done: (
            status == NONE or status >= httpx.codes.INTERNAL_SERVER_ERROR
        ),
    )
    gone = confirmed - set(made)
    unasked = set(made) - confirmed - open_ended
    verdict.notes.append(
        f"moves: {len(made)} in the history, {len(confirmed)} confirmed,"
        f" {len(open_ended)} without a clear answer, of which"
        f" {len(set(made) & open_ended - confirmed)} were made"
    )
    verdict.expect(made, "nothing was moved")
    verdict.expect(not gone, f"confirmed and not made: {sorted(gone)[:3]}")
    verdict.expect(not unasked, f"made though refused: {sorted(unasked)[:3]}")
    twice = [move for move, number in made.items() if number > 1]
    verdict.expect(not twice, f"made twice: {twice[:3]}")
    _expect_whole(stage, visitors, verdict)
    _expect_told(stage, visitors, verdict)


def _moves(visitors: Visitors, counts: Callable[[int, bool], bool]) -> set[Move]:
    return {
        (one.activity, one.version + 1)
        for one in visitors.attempts
        if counts(one.status, one.is_done)
    }


def _made(stage: Stage, visitors: Visitors) -> Counter[Move]:
    return Counter(
        (activity, version)
        for activity, version in stage.ask(
            "SELECT activity_id, version FROM rollout_activitytransition"
            " WHERE activity_id = ANY(%s) AND transition <> 'adopt'",
            visitors.activities,
        )
    )


def _expect_whole(stage: Stage, visitors: Visitors, verdict: Verdict) -> None:
    """Note a breach where state, version, history and outbox do not fit together."""
    half = stage.ask(
        "SELECT a.id, a.state, a.version, last.target, last.version"
        " FROM rollout_activity a JOIN LATERAL (SELECT target, version"
        "  FROM rollout_activitytransition WHERE activity_id = a.id"
        "  ORDER BY sequence DESC LIMIT 1) last ON true"
        " WHERE a.id = ANY(%s)"
        " AND (a.state, a.version) IS DISTINCT FROM (last.target, last.version)",
        visitors.activities,
    )
    verdict.expect(not half, f"half a transition: {half[:3]}")
    untold = stage.ask(
        "SELECT t.id, count(m.id) FROM rollout_activitytransition t"
        " LEFT JOIN notifications_message m ON m.kind = 'transition'"
        "  AND m.params->>'record' = t.id::text"
        " WHERE t.activity_id = ANY(%s) AND t.transition <> 'adopt'"
        " GROUP BY t.id HAVING count(m.id) <> 1",
        visitors.activities,
    )
    verdict.expect(not untold, f"not one notice for each transition: {untold[:3]}")


def _expect_told(stage: Stage, visitors: Visitors, verdict: Verdict) -> None:
    """Note a breach where a notice of a move did not arrive."""
    notices = {
        message
        for (message,) in stage.ask(
            "SELECT message_id FROM notifications_message"
            " WHERE kind = 'transition' AND activity_id = ANY(%s)",
            visitors.activities,
        )
    }
    arrived = Counter(
        copy.message_id for copy in stage.sink.copies if copy.message_id in notices
    )
    lost, extra = len(notices - set(arrived)), arrived.total() - len(arrived)
    verdict.notes.append(f"told of moves: {len(notices)}, {lost} lost, {extra} extra")
    verdict.expect(not lost, f"{lost} notices lost")
