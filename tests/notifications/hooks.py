"""A receiver of webhooks that remembers what it got and can be told to misbehave."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WAIT_SECONDS = 240


@dataclass(frozen=True)
class Received:
    """One call as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers 204 until a test puts another `answer` in its place.

    `answer` gets each call after it was recorded and returns a status and a text, or
    writes to the open connection itself and returns None.
    """

    answer: Callable[[Received, Any], tuple[int, str] | None] = field(
        default=lambda call, handler: (204, "")
    )
    received: list[Received] = field(default_factory=list)
    url: str = ""
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        call = Received(handler.path, headers, handler.rfile.read(length))
        with self._arrived:
            self.received.append(call)
            self._arrived.notify_all()
        answered = self.answer(call, handler)
        if answered is not None:
            status, text = answered
            body = text.encode()
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

    def wait_for(self, count: int) -> list[Received]:
        """Return what arrived, once so many calls have."""
        until = time.monotonic() + WAIT_SECONDS
        with self._arrived:
            while len(self.received) < count:
                left = until - time.monotonic()
                assert left > 0, f"{len(self.received)} of {count} calls arrived"
                self._arrived.wait(left)
            return list(self.received)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: callers that hang up are part of the tests."""


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on a free port of this machine, over TLS where a context is given."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    receiver.url = f"{scheme}://localhost:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()
