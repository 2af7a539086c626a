"""One change of state: by the engine, by bare SQL, and the way most people do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import floors, usual
from benchmarks.callers import caller
from benchmarks.measure import Result, compare
from rollout.models import Activity, Membership, Role, User
from workflows.engine import perform

#: Back and forth, so that the same hundred activities serve as long as it takes.
CLARIFY = ("clarify", "planned", "in_clarification")
POSTPONE = ("postpone", "in_clarification", "planned")


def results() -> Iterator[Result]:
    """Compare the engine with the bare transaction and with the usual libraries."""
    manager = Membership.objects.get(role=Role.MANAGER).user
    ids = list(
        Activity.objects.filter(state="planned")
        .exclude(responsible=None)
        .order_by("pk")
        .values_list("pk", flat=True)[:100]
    )
    engine, bare = ids[:50], ids[50:]
    yield compare(
        "transition by the engine",
        ours=_back_and_forth(engine, lambda pk, step: _perform(pk, step, manager)),
        floor=_back_and_forth(
            bare, lambda pk, step: floors.advance(pk, step, manager.pk)
        ),
        unit="one transition",
        floor_is="lock, history row, state: three statements and a commit",
        times=100,
        notes=[_asked(engine[0], manager)],
    )
    yield compare(
        "transition by the engine, beside the usual way",
        ours=_back_and_forth(engine, lambda pk, step: _perform(pk, step, manager)),
        floor=_back_and_forth(bare, lambda pk, step: usual.advance(pk, step, manager)),
        unit="one transition",
        floor_is="django-fsm-2, a locked row, a role asked for, a log row from its"
        " signal; no effect, no mail",
        times=100,
        at_most=1,
    )
    yield compare(
        "transition by the engine, beside the usual way with the same right, guard,"
        " effect and mail",
        ours=_back_and_forth(engine, lambda pk, step: _perform(pk, step, manager)),
        floor=_back_and_forth(
            bare, lambda pk, step: usual.advance_with_everything(pk, step, manager)
        ),
        unit="one transition",
        floor_is="the same, and by hand what the effect reads and a row for the mail",
        times=100,
    )
    yield compare(
        "transition by the API",
        ours=_back_and_forth(engine, _by_api(manager)),
        floor=_back_and_forth(bare, _by_view(manager)),
        unit="one request",
        floor_is="a bare view: the same three statements and a commit, no token",
        times=50,
        at_most=2.5,
    )


def _asked(pk: int, by: User) -> str:
    """Say how many statements the engine needs, there and back again."""
    counts = []
    for step in (CLARIFY, POSTPONE):
        with CaptureQueriesContext(connection) as asked:
            _perform(pk, step, by)
        counts.append(f"{step[0]} {len(asked)}")
    return "statements: " + ", ".join(counts)


def _by_api(by: User) -> Callable[[int, tuple[str, str, str]], None]:
    client = caller(by)
    tags: dict[int, str] = {}

    def move(pk: int, step: tuple[str, str, str]) -> None:
        address = f"/api/v1/activities/{pk}/transitions/"
        if pk not in tags:
            tags[pk] = client.get(address)["ETag"]
        answer = client.post(
            address,
            {"transition": step[0], "reason": "Venter"},
            content_type="application/json",
            headers={"If-Match": tags[pk]},
        )
        assert answer.status_code == 200, answer.content
        tags[pk] = answer["ETag"]

    return move


def _by_view(by: User) -> Callable[[int, tuple[str, str, str]], None]:
    client = Client()

    def move(pk: int, step: tuple[str, str, str]) -> None:
        answer = client.post(
            "/floor/transition/",
            {"activity": pk, "step": step, "by": by.pk},
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content

    return move


def _back_and_forth(
    ids: list[int], move: Callable[[int, tuple[str, str, str]], object]
) -> Callable[[], None]:
    turns = cycle([(pk, step) for step in (CLARIFY, POSTPONE) for pk in ids])

    def turn() -> None:
        move(*next(turns))

    return turn


def _perform(pk: int, step: tuple[str, str, str], by: User) -> None:
    perform(Activity(pk=pk), step[0], by=by, at=floors.NOON, reason="Venter")
