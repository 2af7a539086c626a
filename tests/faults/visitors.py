"""People and programs that use the site while something is broken, and what they saw.

Each visitor looks at pages and at the API in turn, and moves an activity of its own to
and fro: by the page's form and by the API, and never before it has seen how things are.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from rollout.models import Activity, ApiToken, User
from tests.factories import make_activity, make_member
from tests.faults.stage import Stage

#: Longer than any answer may take; what takes so long counts as failed.
PATIENCE = 30
#: Seconds that a visitor looks at an answer, so that not all load is of visitors.
PAUSE = 0.05
#: The status of an answer that did not come.
NONE = 0
#: More activities than a page changes by itself, and what is asked to change them.
MANY = 51
JOB = "POST /bulk/"


@dataclass(frozen=True)
class Answer:
    """One answer: to what, when it was asked, how long it took, and its status."""

    asked: str
    at: float
    seconds: float
    status: int
    #: Whether a refusal said when to come back.
    says_when: bool = False

    @property
    def is_failure(self) -> bool:
        """Whether there was none, or one that says that the server failed."""
        return self.status == NONE or self.status >= httpx.codes.INTERNAL_SERVER_ERROR


@dataclass(frozen=True)
class Attempt:
    """One attempt to move an activity from a version that was seen."""

    activity: int
    version: int
    status: int
    is_done: bool


@dataclass
class Visitor:
    """One person, in a browser and by a program with a token, and an activity."""

    url: str
    person: User
    activity: Activity

    def __post_init__(self) -> None:
        self.page = httpx.Client(base_url=self.url, cookies=_cookies(self.person))
        self.program = httpx.Client(base_url=self.url, headers=_token(self.person))
        self.looks = itertools.cycle(
            [
                (self.page, "/"),
                (self.program, "/api/v1/activities/"),
                (self.page, self.activity.get_absolute_url()),
                (self.program, f"/api/v1/status/?programme={self.programme}"),
                (self.page, "/my-work/"),
            ]
        )

        # Here, while all is well: forms need the cookie that comes with a page.
        self.page.get(self.activity.get_absolute_url(), timeout=PATIENCE)

    @property
    def form_headers(self) -> dict[str, str]:
        """What a form sends along against forged requests."""
        return {"X-CSRFToken": self.page.cookies[settings.CSRF_COOKIE_NAME]}

    @property
    def programme(self) -> str:
        """The programme's code."""
        return self.activity.programme.code


@dataclass
class Visitors:
    """Some visitors of one or more web servers."""

    everybody: list[Visitor]
    answers: list[Answer] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    _must_stop: threading.Event = field(default_factory=threading.Event)

    @property
    def activities(self) -> list[int]:
        """The keys of what they move."""
        return [one.activity.pk for one in self.everybody]

    def since(self, moment: float, until: float = float("inf")) -> list[Answer]:
        """Return the answers to what was asked between two moments."""
        return [one for one in list(self.answers) if moment <= one.at < until]

    def to(self, asked: str) -> list[Answer]:
        """Return the answers to one thing that was asked."""
        return [one for one in list(self.answers) if one.asked == asked]

    def visit(self, visitor: Visitor) -> None:
        """Look around and move the activity until it is enough."""
        ways = itertools.cycle([self._move_by_program, self._move_by_page])
        while not self._must_stop.is_set():
            for client, path in itertools.islice(visitor.looks, 3):
                self.ask(client, "GET", path)
                self._must_stop.wait(PAUSE)
            address = f"/api/v1/activities/{visitor.activity.pk}/transitions/"
            seen = self.ask(visitor.program, "GET", address)
            if seen is not None and seen.status_code == httpx.codes.OK:
                next(ways)(visitor, seen.json())

    def _move_by_program(self, visitor: Visitor, seen: Any) -> None:
        answer = self.ask(
            *(visitor.program, "POST"),
            f"/api/v1/activities/{visitor.activity.pk}/transitions/",
            headers={"If-Match": f'"{seen["version"]}"'},
            json={"transition": next_step(seen), "reason": "Vi venter på lokaler"},
        )
        self._note(visitor, seen, answer, is_done=bool(answer and answer.is_success))

    def _move_by_page(self, visitor: Visitor, seen: Any) -> None:
        path, name = visitor.activity.get_absolute_url(), next_step(seen)
        answer = self.ask(
            *(visitor.page, "POST"),
            f"{path}transitions/{name}/",
            headers=visitor.form_headers,
            data={f"{name}-version": seen["version"], f"{name}-reason": "Lokaler"},
        )
        leads_back = answer is not None and answer.headers.get("Location") == path
        self._note(visitor, seen, answer, is_done=leads_back)

    def _note(
        self,
        visitor: Visitor,
        seen: Any,
        answer: httpx.Response | None,
        *,
        is_done: bool,
    ) -> None:
        status = NONE if answer is None else answer.status_code
        self.attempts.append(
            Attempt(visitor.activity.pk, seen["version"], status, is_done)
        )

    def ask_for_job(
        self, visitor: Visitor, activities: Sequence[int]
    ) -> httpx.Response | None:
        """Ask for a change to so many activities that a worker must be woken."""
        form = {
            "programme": visitor.activity.programme_id,
            "activity": activities,
            "change": "phase",
            "confirmed": "yes",
        }
        return self.ask(
            visitor.page, *JOB.split(), headers=visitor.form_headers, data=form
        )

    def ask(
        self, client: httpx.Client, method: str, path: str, **more: Any
    ) -> httpx.Response | None:
        """Ask, and note what came; None where no answer did."""
        started = time.monotonic()
        answer = None
        try:
            answer = client.request(method, path, timeout=PATIENCE, **more)
        except httpx.TransportError:
            self._must_stop.wait(PAUSE * 2)
        seconds = time.monotonic() - started
        status = NONE if answer is None else answer.status_code
        says_when = answer is not None and "Retry-After" in answer.headers
        self.answers.append(
            Answer(f"{method} {path}", started, seconds, status, says_when)
        )
        return answer

    def stop(self) -> None:
        """Let everybody finish what they do and leave."""
        self._must_stop.set()


@contextmanager
def visiting(
    stage: Stage, urls: Sequence[str], *, number: int = 4
) -> Iterator[Visitors]:
    """Let so many visitors use the site meanwhile, each with an activity of its own.

    Somebody else answers for it, who is told of each move. The visitors are shared out
    among the addresses.
    """
    programme = stage.programme
    everybody = []
    for url, _n in zip(itertools.cycle(urls), range(number), strict=False):
        listener = make_member(programme)
        person = make_member(programme)
        own = make_activity(
            programme=programme,
            state=Activity.State.IN_CLARIFICATION,
            responsible=listener,
        )
        stage.bystanders |= {listener.email, person.email}
        everybody.append(Visitor(url, person, own))
    visitors = Visitors(everybody)
    threads = [
        threading.Thread(target=visitors.visit, args=(visitor,))
        for visitor in everybody
    ]
    for thread in threads:
        thread.start()
    try:
        yield visitors
    finally:
        visitors.stop()
        for thread in threads:
            thread.join(PATIENCE * 2)


def many_activities(stage: Stage) -> list[int]:
    """Make more activities than a page changes by itself; return their keys."""
    programme = stage.programme
    return [make_activity(programme=programme).pk for _ in range(MANY)]


def next_step(seen: Any) -> str:
    """Return the move from where the API says that an activity stands."""
    is_there = seen["state"] == Activity.State.IN_CLARIFICATION
    return "postpone" if is_there else "clarify"


def _cookies(person: User) -> dict[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


def _token(person: User) -> dict[str, str]:
    _row, secret = ApiToken.objects.issue(person, "faults", at=timezone.now())
    return {"Authorization": f"Bearer {secret}"}
