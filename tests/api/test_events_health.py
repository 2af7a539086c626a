"""The server for listeners says so when it can tell them nothing any more."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from rollout.api.events import server


async def ask(events):
    said = []

    async def send(message):
        said.append(message)

    await events({"type": "http", "path": "/healthz"}, None, send)
    return said[0]["status"]


def test_a_server_that_has_ceased_to_look_for_news_is_not_well(monkeypatch):
    def broken(seen):
        raise RuntimeError(seen)

    async def live():
        events = server.Events()
        messages: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        messages.put_nowait({"type": "lifespan.startup"})
        started = asyncio.Event()

        async def send(message):
            started.set()

        alive = asyncio.create_task(events({"type": "lifespan"}, messages.get, send))
        await started.wait()
        before = await ask(events)
        await asyncio.wait([events._looking])
        after = await ask(events)
        messages.put_nowait({"type": "lifespan.shutdown"})
        await alive
        return before, after

    monkeypatch.setattr(server, "_look_since", broken)

    # In a thread of its own: a browser that earlier tests used keeps a loop here.
    with ThreadPoolExecutor() as aside:
        assert aside.submit(asyncio.run, live()).result() == (200, 503)
