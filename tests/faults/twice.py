"""Faults 29 and 30: what is asked for many times at once, and what somebody would be
told twice after a backup was restored.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx

from rollout.models import Activity
from tests.environment import ROOT
from tests.factories import make_activity, make_member
from tests.faults.stage import Stage
from tests.faults.verdict import Verdict, count
from tests.faults.visitors import Attempt, Visitor, Visitors, next_step
from tests.faults.visits import expect_exact

#: How often the same is asked for at once.
TIMES = 50
#: Seconds in which a mail that is not held back would have left.
HELD = 6

Post = Callable[[httpx.AsyncClient, dict[str, Any]], Awaitable[httpx.Response]]
REFUSED = {httpx.codes.CONFLICT, httpx.codes.PRECONDITION_FAILED}


def asked_many_times(stage: Stage, verdict: Verdict, size: int) -> None:
    """29: one transition, fifty times at once: by API, with a key, by a page's form."""
    stage.add_loop()
    web = stage.add_web()
    visitor = _visitor(stage, web.url)
    visitors = Visitors([visitor])
    address = f"/api/v1/activities/{visitor.activity.pk}/transitions/"
    for _ in range(max(1, size // 10)):
        for name, post, client in (
            ("API", _by_program(address, {}), visitor.program),
            ("page", _by_page(visitor), visitor.page),
            (
                "key",
                _by_program(address, {"Idempotency-Key": uuid4().hex}),
                visitor.program,
            ),
        ):
            seen = visitor.program.get(address).json()
            answers = asyncio.run(_at_once(web.url, client, post, seen))
            done = [one for one in answers if _is_done(one, visitor)]
            others = {one.status_code for one in answers if one not in done}
            verdict.expect(others <= REFUSED, f"{name}: {others}")
            if name == "key":
                said = {one.text for one in done}
                verdict.expect(len(said) == 1, f"{len(said)} answers to one key")
            else:
                verdict.expect(len(done) == 1, f"{name}: {len(done)} times done")
            visitors.attempts += [
                Attempt(
                    *(visitor.activity.pk, seen["version"], one.status_code),
                    is_done=one in done,
                )
                for one in answers
            ]
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    expect_exact(stage, visitors, verdict)
    verdict.notes.append(f"{len(visitors.attempts)} requests, {TIMES} at once")
    verdict.expect(verdict.extra == 0, "copies")


def _visitor(stage: Stage, url: str) -> Visitor:
    programme = stage.programme
    person, listener = make_member(programme), make_member(programme)
    stage.bystanders |= {person.email, listener.email}
    activity = make_activity(
        programme=programme, state=Activity.State.PLANNED, responsible=listener
    )
    return Visitor(url, person, activity)


def _by_program(address: str, headers: dict[str, str]) -> Post:
    async def post(client: httpx.AsyncClient, seen: dict[str, Any]) -> httpx.Response:
        return await client.post(
            address,
            headers={"If-Match": f'"{seen["version"]}"', **headers},
            json={"transition": next_step(seen), "reason": "Vi venter på lokaler"},
        )

    return post


def _by_page(visitor: Visitor) -> Post:
    async def post(client: httpx.AsyncClient, seen: dict[str, Any]) -> httpx.Response:
        name = next_step(seen)
        return await client.post(
            f"{visitor.activity.get_absolute_url()}transitions/{name}/",
            headers=visitor.form_headers,
            data={f"{name}-version": seen["version"], f"{name}-reason": "Lokaler"},
        )

    return post


async def _at_once(
    url: str, like: httpx.Client, post: Post, seen: dict[str, Any]
) -> list[httpx.Response]:
    async with httpx.AsyncClient(
        base_url=url, headers=like.headers, cookies=like.cookies, timeout=60
    ) as client:
        return list(await asyncio.gather(*(post(client, seen) for _ in range(TIMES))))


def _is_done(answer: httpx.Response, visitor: Visitor) -> bool:
    leads_back = answer.headers.get("Location") == visitor.activity.get_absolute_url()
    return answer.is_success or leads_back


def restored_backup(stage: Stage, verdict: Verdict, size: int) -> None:
    """30: a backup, then mails, then the backup again: nobody is told twice."""
    media = {"MEDIA_ROOT": str(stage.directory / "media")}
    key = stage.directory / "key.txt"
    said = _manage(stage, "backup", "--make-key", str(key), **media)
    public = said.split("BACKUP_RECIPIENTS=")[1].split()[0]
    some = max(5, size // 4)
    _send(stage, verdict, some)
    stage.load(some)
    _manage(stage, "remind")
    to = ("--to", str(stage.directory / "backups"))
    _manage(stage, "backup", *to, "--recipient", public, **media)
    [file] = (stage.directory / "backups").iterdir()
    # What waited in the backup leaves, and some that the backup does not know.
    _send(stage, verdict, some)
    stage.drop_database()
    with stage.connect("postgres") as db:
        db.execute(f'CREATE DATABASE "{stage.database}"')
    _manage(stage, "restore", str(file), "--identity", str(key), **media)
    _expect_held(stage, verdict, some)
    _manage(stage, "sending", "release", "--put-away")
    stage.load(some)
    verdict.expect(stage.drain(), "not drained")
    count(stage, verdict)
    verdict.expect(verdict.extra == 0, "copies")


def _send(stage: Stage, verdict: Verdict, number: int) -> None:
    """Let so many people be reminded, and everybody else who waits."""
    stage.load(number)
    loop = stage.add_loop()
    verdict.expect(stage.drain(), "not drained")
    loop.end(seconds=30)
    stage.loops.remove(loop)


def _expect_held(stage: Stage, verdict: Verdict, number: int) -> None:
    """Let everything run, and note a breach if any mail leaves."""
    before = len(stage.sink.copies)
    stage.add_worker()
    stage.add_beat()
    for _ in range(2):
        stage.add_loop()
    time.sleep(HELD)
    left, held = len(stage.sink.copies) - before, stage.pending()
    verdict.notes.append(f"{held} mails held for {HELD} s, {left} left unattended")
    verdict.expect(held >= number, "nothing was there to be held")
    verdict.expect(left == 0, f"{left} left unattended")


def _manage(stage: Stage, *argv: str, **env: str) -> str:
    """Run `manage.py` and return what it said. Raises CalledProcessError."""
    done = subprocess.run(
        [sys.executable, "manage.py", *argv],
        cwd=ROOT,
        env=os.environ | stage.env | env,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
