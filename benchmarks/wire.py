"""Asks a web server over HTTP and keeps how each answer came."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Collection
from dataclasses import dataclass

WAIT_SECONDS = 30


@dataclass(frozen=True)
class Sample:
    """One answer."""

    #: Seconds since the load began at which it was due.
    at: float
    what: str
    path: str
    #: 0: none came.
    status: int
    #: From when it was due, and not from when a busy client got to ask.
    seconds: float
    is_error: bool
    detail: str = ""


@dataclass(frozen=True)
class Answer:
    """What the web server said."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class Unexpected(Exception):
    """The answer was not one that a visitor can go on from; it is recorded."""


class Wire:
    """Asks one web server, and keeps how each answer came."""

    def __init__(self, port: int) -> None:
        self.samples: list[Sample] = []
        self.began = time.perf_counter()
        self._port = port

    def ask(
        self,
        what: str,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        due: float | None = None,
        body: str | None = None,
        expects: Collection[int] = (200,),
    ) -> Answer:
        """Ask and keep the outcome. Raises Unexpected unless it is as expected.

        ``due`` is when it should have been asked, on the clock of perf_counter.
        """
        since = time.perf_counter() if due is None else due
        try:
            answer = self._exchange(method, path, headers, body)
            status, detail = (
                answer.status,
                ""
                if answer.status in expects
                else (" ".join(re.sub("<[^>]*>", " ", answer.text).split())[:300]),
            )
        except (OSError, http.client.HTTPException) as error:
            answer, status, detail = None, 0, repr(error)
        took = time.perf_counter() - since
        is_error = status not in expects
        at = since - self.began
        self.samples.append(Sample(at, what, path, status, took, is_error, detail))
        if answer is None or is_error:
            raise Unexpected
        return answer

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: str | None
    ) -> Answer:
        # A connection for each, as proxies make them that keep none open.
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT_SECONDS)
        try:
            line.request(method, path, body, headers | {"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(answer.status, answer.headers, content.decode(errors="replace"))
