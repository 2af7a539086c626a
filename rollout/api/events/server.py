"""Serves listeners: one look at the record for all, a few readers, signs of life."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpResponse

from rollout.api.events.listener import Listener, let_in
from rollout.api.problems import Gone, Problem

T = TypeVar("T")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)

PATH = "/api/v1/events/"
#: Threads that read the database for all listeners, each with one connection.
READERS = 4
#: Seconds between two looks at the record.
LOOK_EVERY = 1.0
#: Seconds of silence after which a listener gets a line that means nothing, so that no
#: proxy takes the connection for dead.
SIGN_OF_LIFE = 20.0
#: Connections of one token at the same time.
MOST_OF_A_TOKEN = 20

#: What has become complete since the last look, and whom it may concern.
_LOOK = """
SELECT n.oldest_open,
       ARRAY(SELECT p.id FROM rollout_programme p WHERE EXISTS (
           SELECT FROM rollout_change c WHERE c.programme_id = p.id
           AND c.transaction >= %(since)s AND c.transaction < n.oldest_open)),
       EXISTS (SELECT FROM rollout_change c WHERE c.programme_id IS NULL
           AND c.transaction >= %(since)s AND c.transaction < n.oldest_open)
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_open) n
"""


@dataclass
class News:
    """What a look brought, once it came; listeners wait for it to come."""

    came: asyncio.Event = field(default_factory=asyncio.Event)
    #: The programmes that it concerns.
    programmes: frozenset[int] = frozenset()
    #: Whether it may concern everybody, as a person's name does.
    is_for_all: bool = False
    #: What comes after it.
    then: News | None = None

    def concerns(self, listener: Listener) -> bool:
        """Say whether it is worth reading on."""
        return self.is_for_all or bool(self.programmes & listener.programmes)


class Events:
    """The application that serves listeners, and a health check."""

    def __init__(self) -> None:
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="events")
        self._listening: Counter[int] = Counter()
        #: Looks at the record for as long as the server runs.
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_well(self) -> bool:
        """Whether news still comes: without looking, listeners hear nothing at all."""
        return self._looking is not None and not self._looking.done()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            return
        elif scope["path"] == "/healthz":
            await _answer(send, _health(is_well=self.is_well))
        elif scope["path"] != PATH:
            detail = f"Only {PATH} is here."
            problem = Problem("not_found", status=404, detail=detail)
            await _answer(send, problem)
        else:
            await self._receive(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Look at the record for as long as the server runs."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._news = News()
                self._looking = asyncio.create_task(self._look())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._looking is not None:
                    self._looking.cancel()
                self._readers.shutdown(wait=False)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _look(self) -> None:
        seen, _programmes, _is_for_all = await self._run(_look_since, 0)
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                seen, programmes, is_for_all = await self._run(_look_since, seen)
            except Exception:
                # Nobody else looks: whatever it was, the next look may succeed.
                logger.exception("the record of changes cannot be read just now")
                continue
            if programmes or is_for_all:
                news, self._news = self._news, News()
                news.programmes, news.is_for_all = programmes, is_for_all
                news.then = self._news
                news.came.set()

    async def _receive(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._run(let_in, scope)
        if isinstance(answer, HttpResponse):
            await _answer(send, answer)
            return
        if self._listening[answer.token] >= MOST_OF_A_TOKEN:
            detail = f"A token may listen {MOST_OF_A_TOKEN} times at once."
            await _answer(send, Problem("throttled", status=429, detail=detail))
            return
        self._listening[answer.token] += 1
        leaving = asyncio.create_task(_until_it_leaves(receive))
        try:
            await self._tell(answer, send, leaving)
        finally:
            leaving.cancel()
            self._listening[answer.token] -= 1

    async def _tell(
        self, listener: Listener, send: Send, leaving: asyncio.Task[None]
    ) -> None:
        await send(_START)
        await send(_more(b"retry: 3000\n\n"))
        news: News | None = self._news
        may_concern = True
        while news is not None and not leaving.done():
            if may_concern:
                # Before reading: what comes meanwhile is then no news that was missed.
                news = self._news
                try:
                    listener, has_more = await self._tell_page(listener, send)
                except (Gone, DatabaseError):
                    # It finds out why when it connects again.
                    break
                if has_more:
                    continue
            await self._await(news, send, leaving)
            may_concern = news.concerns(listener)
            if not may_concern:
                news = news.then
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b""})

    async def _tell_page(self, listener: Listener, send: Send) -> tuple[Listener, bool]:
        listener, lines, has_more = await self._run(listener.read)
        if lines:
            await send(_more(b"".join(lines)))
        return listener, has_more

    async def _await(self, news: News, send: Send, leaving: asyncio.Task[None]) -> None:
        """Wait until news comes or the listener leaves, with signs of life."""
        coming = asyncio.create_task(news.came.wait())
        try:
            while not (coming.done() or leaving.done()):
                done, _waiting = await asyncio.wait(
                    {coming, leaving},
                    timeout=SIGN_OF_LIFE,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not done:
                    await send(_more(b": still here\n\n"))
        finally:
            coming.cancel()

    async def _run(self, job: Callable[..., T], *args: Any) -> T:
        """Do something with the database in one of the threads."""

        def work() -> T:
            close_old_connections()
            return job(*args)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, work)


def _look_since(seen: int) -> tuple[int, frozenset[int], bool]:
    """Return up to which transaction all is told, and whom what is new may concern."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, {"since": seen})
            oldest_open, programmes, is_for_all = cursor.fetchone()
    except DatabaseError:
        logger.warning("the record cannot be read just now", exc_info=True)
        return seen, frozenset(), False
    return oldest_open, frozenset(programmes), is_for_all


def _health(*, is_well: bool) -> HttpResponse:
    status, text = (200, b"ok") if is_well else (503, b"nobody looks for news")
    return HttpResponse(text, status=status, content_type="text/plain")


async def _until_it_leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, response: HttpResponse) -> None:
    headers = [
        (name.lower().encode(), value.encode()) for name, value in response.items()
    ]
    status = response.status_code
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _more(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        # Proxies pass on at once what arrives.
        (b"x-accel-buffering", b"no"),
    ],
}
