"""What people and programs ask of a running installation, as browsers and clients do.

Every visitor has things of its own to change, so that none gets into the way of
another and whatever is not answered as it should be is an error.
"""

from __future__ import annotations

import html
import json
import random
import re
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any
from urllib.parse import urlencode

from benchmarks.wire import Answer, Unexpected, Wire

PASSWORD = "kun til belastning"  # noqa: S105 - of invented people, in a database of ours
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Origin:
    """Where a visitor comes from."""

    wire: Wire
    #: What a proxy writes into X-Forwarded-For.
    address: str
    chance: random.Random


@dataclass
class Person:
    """Somebody at work with a browser, logged in."""

    origin: Origin
    session: str
    email: str
    #: Keys of an activity that is planned and one milestone of it, both theirs.
    activity: int
    milestone: int
    #: May move activities; others only finish milestones.
    moves: bool
    is_free: threading.Lock = field(default_factory=threading.Lock)
    #: Where the page in view asks whether it is still new, and its mark.
    _live: tuple[str, str] | None = None
    _tags: dict[str, str] = field(default_factory=dict)
    _turn: Any = field(init=False)

    def __post_init__(self) -> None:
        own = f"/activities/{self.activity}/"
        milestone = f"{own}milestones/{self.milestone}"
        finish = f"milestone-{self.milestone}"
        steps = [
            (f"{milestone}/finish/", f"{finish}-finish"),
            (f"{milestone}/reopen/", f"{finish}-reopen"),
        ]
        if self.moves:
            steps[1:1] = [(f"{own}transitions/clarify/", "clarify")]
            steps += [(f"{own}transitions/postpone/", "postpone")]
        self._turn = cycle(steps)

    def look(self, due: float) -> None:
        """Open a page; most often the overview, an activity or one's own work."""
        own = f"/activities/{self.activity}/"
        paths = {"/": 20, own: 25, "/my-work/": 15, "/attention/": 8, "/board/": 8}
        paths |= {"/timeline/": 6, "/search/?q=milep%C3%A6l": 5, f"{own}history/": 5}
        paths |= {"/partners/": 4, "/places/": 4}
        path = self.origin.chance.choices([*paths], [*paths.values()])[0]
        page = self._ask("page", "GET", path, due=due)
        found = re.search(
            r'hx-get="(/live/[^"]+)".*?If-None-Match": "(.*?)"}', page.text
        )
        self._live = None
        if found:
            self._live = (found[1], html.unescape(found[2]).replace("\\", ""))

    def glance(self, due: float) -> None:
        """Let the page in view ask whether anything has changed."""
        path, mark = self._live or (f"/live/activities/{self.activity}/", '""')
        mark = self._tags.get(path, mark)
        answer = self._ask(
            *("glance", "GET", path), due=due, tag=mark, expects=(200, 304)
        )
        self._tags[path] = answer.headers["ETag"]

    def change(self, due: float) -> None:
        """Read an activity's page, change something on it, and see the outcome."""
        path, prefix = next(self._turn)
        back = f"/activities/{self.activity}/"
        page = self._ask("page", "GET", back, due=due).text
        version = re.search(rf'name="{prefix}-version" value="(\d+)"', page)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        values = {
            "csrfmiddlewaretoken": token[1] if token else "",
            f"{prefix}-version": version[1] if version else "",
            f"{prefix}-reason": "Vi venter på byrådet",
        }
        self._ask("change", "POST", path, form=values, expects=(302,))
        self._ask("page", "GET", back)

    def log_in(self, due: float) -> None:
        """Log in anew, as in the morning."""
        path, stranger = "/accounts/login/", self._headers() | {"Cookie": ""}
        page = self.origin.wire.ask("page", "GET", path, headers=stranger, due=due)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        cookie = re.search(r"csrf=(\w+)", page.headers["Set-Cookie"])
        assert token
        assert cookie
        values = {"csrfmiddlewaretoken": token[1], "login": self.email}
        answer = self.origin.wire.ask(
            *("login", "POST", path),
            headers=stranger | {"Cookie": f"csrf={cookie[1]}", "Content-Type": FORM},
            body=urlencode(values | {"password": PASSWORD}),
            expects=(302,),
        )
        for line in answer.headers.get_all("Set-Cookie", []):
            if line.startswith("session="):
                self.session = line.split(";")[0].removeprefix("session=")

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        *,
        due: float | None = None,
        tag: str = "",
        form: dict[str, str] | None = None,
        expects: Collection[int] = (200,),
    ) -> Answer:
        headers = self._headers()
        if tag:
            headers["If-None-Match"] = tag
        body = None
        if form is not None:
            headers["Content-Type"], body = FORM, urlencode(form)
        answer = self.origin.wire.ask(
            *(what, method, path), headers=headers, due=due, body=body, expects=expects
        )
        cookie = re.search(r"csrf=(\w+)", answer.headers.get("Set-Cookie", ""))
        if cookie:
            self._tags["csrf"] = cookie[1]
        return answer

    def _headers(self) -> dict[str, str]:
        cookie = f"session={self.session}; csrf={self._tags.get('csrf', '')}"
        return {"Cookie": cookie, "X-Forwarded-For": self.origin.address}


@dataclass
class Program:
    """Another system of the municipality, with a token."""

    origin: Origin
    token: str
    #: Key of an activity that nobody else changes.
    activity: int
    is_free: threading.Lock = field(default_factory=threading.Lock)
    _cursor: str = ""
    _tags: dict[str, str] = field(default_factory=dict)
    _number: Any = field(default_factory=count)
    _turn: Any = field(default_factory=lambda: cycle(["clarify", "postpone"]))

    def follow(self, due: float) -> None:
        """Ask what has changed since the last time."""
        path = "/api/v1/changes/"
        path += "?" + urlencode({"since": self._cursor}) if self._cursor else ""
        self._cursor = json.loads(self._ask("read", "GET", path, due=due).text)[
            "cursor"
        ]

    def read(self, due: float) -> None:
        """Read all activities with what hangs on them, or the status."""
        expand = "expand=milestones,conditions,evaluations"
        paths = [f"/api/v1/activities/?page_size=100&{expand}", "/api/v1/status/"]
        path = self.origin.chance.choice(paths)
        tag = {"If-None-Match": self._tags.get(path, "")}
        answer = self._ask(
            *("read", "GET", path), due=due, more=tag, expects=(200, 304)
        )
        self._tags[path] = answer.headers["ETag"]

    def write(self, due: float) -> None:
        """Write a note on an activity, or move it."""
        path = f"/api/v1/activities/{self.activity}/"
        tag = self._ask("read", "GET", path, due=due).headers["ETag"]
        number = next(self._number)
        key = {"If-Match": tag, "Idempotency-Key": f"{self.activity}-{number}"}
        if number % 2:
            wanted: dict[str, str] = {"note": f"Skrevet af et system, nr. {number}"}
            self._ask("write", "PATCH", path, body=wanted, more=key)
        else:
            wanted = {"transition": next(self._turn), "reason": "Efter aftale"}
            self._ask("write", "POST", f"{path}transitions/", body=wanted, more=key)

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        *,
        due: float | None = None,
        body: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
        expects: Collection[int] = (200,),
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": JSON}
        headers |= {"X-Forwarded-For": self.origin.address, **(more or {})}
        text = None if body is None else json.dumps(body)
        return self.origin.wire.ask(
            *(what, method, path), headers=headers, due=due, body=text, expects=expects
        )


@dataclass(frozen=True)
class Stream:
    """Something that happens so often, whoever it is that does it."""

    #: Times per second.
    rate: float
    visitors: list[Any]
    act: Callable[[Any, float], None]


def keep_coming(
    streams: list[Stream], *, until: float, start: Callable[..., object], seed: int
) -> None:
    """Start what is due when it is due, however slow the answers are.

    Times between two are random, as of people who know nothing of each other.
    ``start`` takes a function and its arguments and does not wait for it.
    """
    chance = random.Random(seed)
    due = time.perf_counter()
    rates = [stream.rate for stream in streams]
    while (due := due + chance.expovariate(sum(rates))) < until:
        time.sleep(max(0, due - time.perf_counter()))
        start(_act, chance.choices(streams, rates)[0], chance.random(), due)


def _act(stream: Stream, luck: float, due: float) -> None:
    """Let somebody who is not busy do it."""
    first = int(luck * len(stream.visitors))
    for visitor in stream.visitors[first:] + stream.visitors[:first]:
        if visitor.is_free.acquire(blocking=False):
            try:
                stream.act(visitor, due)
            except Unexpected:
                pass
            finally:
                visitor.is_free.release()
            return
    raise AssertionError("everybody is busy: the load is too high for the visitors")
