"""A door to Redis that can become a black hole, which takes all and never answers."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

_CHUNK = 65536


class Hole:
    """Passes connections of a free port on to a Unix socket, until told to swallow."""

    def __init__(self, socket: Path) -> None:
        self.port = 0
        self._socket = socket
        self._loop = asyncio.new_event_loop()
        self._is_open = threading.Event()
        self._passes = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def redis_url(self) -> str:
        """The address of Redis through this door."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self._passes.set()
        self._thread.start()
        self._is_open.wait()
        return self

    def __exit__(self, *raised: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def swallow(self) -> None:
        """Answer nothing from now on, on old connections and new ones."""
        self._loop.call_soon_threadsafe(self._passes.clear)

    def pass_on(self) -> None:
        """Be an honest door again; what was swallowed comes late, as on a network."""
        self._loop.call_soon_threadsafe(self._passes.set)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._is_open.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, asyncio.CancelledError):
            await self._passes.wait()
            there = await asyncio.open_unix_connection(str(self._socket))
            await asyncio.gather(
                self._pour(reader, there[1]), self._pour(there[0], writer)
            )

    async def _pour(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                await self._passes.wait()
                target.write(data)
                await target.drain()
        target.close()
