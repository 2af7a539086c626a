"""Who gets what answer at every address: `docs/access.md`, from the URLconf itself."""

from __future__ import annotations

import logging
import os
from http.cookies import SimpleCookie
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from rollout.api.throttling import AddressThrottle, TokenThrottle
from rollout.models import ApiToken
from tests.api.everything import key_of, make_everything
from tests.environment import ROOT
from tests.factories import NOON
from tests.security import routes
from tests.security.world import VISITORS, make_visitors, make_world

pytestmark = [pytest.mark.django_db]

TABLE = ROOT / "docs" / "access.md"
HEADING = """# Who gets what answer

Every address of the product, found in the URLconf, asked as everybody who could come:
the members of one programme, a manager of another (*other programme*), an instance
administrator without any programme, somebody whose account is closed, and nobody. The
*partner* answers for the activity; the *other partner* has nothing to do with it. A
cell names the status of each method that is allowed there; what the table does not
hold, or holds differently, fails `tests/security/test_matrix.py`. Written anew with
`REWRITE_ACCESS=1`, and read by a human being before it is kept. What each scope of a
token opens is in `docs/api/openapi.yaml`, operation by operation.
"""
#: What anybody may see: help, the API's description, and the doors themselves.
PUBLIC = (
    *("/accounts/", "/help/", "/was/", "/language/", "/admin/login/", "/admin/jsi18n/"),
    *("/api/v1/docs/", "/api/v1/schema/", "/.well-known/"),
    # Where there is nothing: 404 for everybody.
    "/api/v1/…",
)
#: Where the secret in the address opens the door, whoever comes.
SECRET = ("/calendar/", "/mails/", "/answer/", "/answers/…/", "/mail-events/")
#: Who is to the admin what a manager is.
NOT_STAFF = {"coordinator", "observer", "partner", "other partner", "other programme"}
#: Addresses with a word in them, and not with anything of a programme.
ANYBODYS = ("/settings/ladders/", "/settings/year/…/new/")
#: What a GET may leave behind: sessions, and that a token or a link was used.
NOTED = {"django_session", "notifications_linkuse", "rollout_apitoken"}


Matrix = dict[str, dict[str, str]]


def changing(pattern: str) -> tuple[str, ...]:
    return ("POST", "PATCH", "DELETE") if "api/" in pattern else ("POST",)


@pytest.fixture(autouse=True)
def _clock():
    # Thousands of refusals are no news to the log.
    logging.disable(logging.CRITICAL)
    with time_machine.travel(NOON, tick=False):
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(settings, tmp_path, monkeypatch):
    """One of everything, and a client for everybody."""
    settings.MEDIA_ROOT = tmp_path
    for throttle in (TokenThrottle, AddressThrottle):
        monkeypatch.setattr(throttle, "rate", "100000/min", raising=False)
    made = make_everything()
    people = make_visitors(made)
    keys = make_world(people["manager"], made)
    keys["api"] = {name: key_of(thing) for name, thing in made.items()}
    keys["api"]["tokens"] = keys["token"]
    visitors = {name: visitor_of(person) for name, person in people.items()}
    # Closed while logged in, and with a token in hand.
    people["disabled"].is_active = False
    people["disabled"].save()
    return visitors, keys


def visitor_of(person: Any) -> tuple[Client, dict[str, str]]:
    """Return a browser that is logged in, and what a program would send."""
    client = Client(raise_request_exception=False)
    if person is None:
        return client, {}
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    _token, secret = ApiToken.objects.issue(person, "test", at=NOON)
    return client, {"Authorization": f"Bearer {secret}"}


def ask(visitor: Any, method: str, address: str) -> int:
    """Ask once; whatever it changed is undone, unless it is a GET."""
    client, headers = visitor
    is_api = address.startswith("/api/")
    kept = SimpleCookie(client.cookies.output(header="", sep=";"))
    options: dict[str, Any] = {"headers": headers if is_api else {}}
    if is_api:
        options |= {"content_type": "application/json"}
    with transaction.atomic():
        answer = client.generic(method, address, b"{}" if is_api else b"", **options)
        transaction.set_rollback(method != "GET")
    client.cookies = kept
    status: int = answer.status_code
    return status


def digests() -> dict[str, str]:
    """Return a digest of all rows of each table."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - NOTED
        found = {}
        for table in sorted(tables):
            cursor.execute(
                "SELECT md5(coalesce(string_agg(t::text, ';' ORDER BY t::text), ''))"
                f' FROM "{table}" t'
            )
            found[table] = cursor.fetchone()[0]
        return found


def answers(visitors: Any, address: str, methods: tuple[str, ...]) -> dict[str, str]:
    """Return what each visitor gets, such as `GET 200, POST 302`."""
    found: dict[str, str] = {}
    for name, visitor in visitors.items():
        if address.startswith("/admin/") and name in NOT_STAFF:
            # The admin asks whether somebody is staff before it asks anything else.
            found[name] = found["manager"]
            continue
        cells = [(method, ask(visitor, method, address)) for method in methods]
        found[name] = ", ".join(f"{m} {code}" for m, code in cells if code != 405)
    return found


def crawl(
    visitors: Any, keys: dict[str, Any], methods: Any = changing, without: str = "-"
) -> Matrix:
    """Return everybody's answers at every address, but for those that begin so."""
    return {
        routes.shown(pattern): answers(
            visitors, routes.filled(pattern, name, keys), methods(pattern)
        )
        for pattern, name in routes.routes()
        if not pattern.startswith(without)
    }


def as_table(matrix: Matrix) -> str:
    """Return a row for each address; what the admin answers alike shares one."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for shown, cells in sorted(matrix.items()):
        answered = tuple(cells[name] or "–" for name in VISITORS)
        alike = ("admin",) if shown.startswith("/admin/") else (shown,)
        rows.setdefault(alike + answered, []).append(f"`{shown}`")
    lines = [
        f"| address | {' | '.join(VISITORS)} |",
        f"|---|{'---|' * len(VISITORS)}",
        *(
            f"| {' '.join(names)} | {' | '.join(row[1:])} |"
            for row, names in rows.items()
        ),
    ]
    return HEADING + "\n" + "\n".join(lines) + "\n"


def test_no_address_is_missing_from_the_matrix():
    """Checklist 1: an address that nobody has filled in fails here."""
    missing = [
        name
        for pattern, name in routes.routes()
        if not pattern.startswith(("admin/", "api/v1/"))
        and len(routes.PAGES.get(name, ())) < routes.holes(pattern)
    ]

    assert missing == [], "Say in tests/security/routes.py what fills them"


def test_looking_changes_nothing_and_nothing_foreign_is_found(world):
    """Checklist 1, 2 and 8: a crawl of every page and every list."""
    visitors, keys = world
    some = {
        name: visitors[name] for name in ("manager", "other programme", "anonymous")
    }
    before = digests()

    # Without the admin, whose every page takes a while; the whole matrix has it.
    found = crawl(some, keys, lambda _pattern: ("GET",), without="admin/")

    after = digests()
    assert [table for table in before if after[table] != before[table]] == []
    assert broken_rules(found) == []


@pytest.mark.long
def test_everybody_gets_at_every_address_what_the_table_says(world):
    """Checklist 1, 2, 7, 8 and 35: every route, role, programme and method."""
    visitors, keys = world
    before = digests()
    looked = crawl(visitors, keys, lambda _pattern: ("GET",))
    after = digests()

    written = crawl(visitors, keys)

    matrix = {
        shown: {
            name: ", ".join(filter(None, (cells[name], written[shown][name])))
            for name in cells
        }
        for shown, cells in looked.items()
    }
    if os.environ.get("REWRITE_ACCESS"):
        TABLE.write_text(as_table(matrix))
    assert [table for table in before if after[table] != before[table]] == []
    assert broken_rules(matrix) == []
    assert as_table(matrix) == TABLE.read_text()


def broken_rules(matrix: Matrix) -> list[str]:
    """Return what breaks the rules that hold whatever the table says."""
    found = []
    for shown, cells in matrix.items():
        is_open = shown.startswith(PUBLIC + SECRET)
        if " 500" in str(cells):
            found.append(f"{shown}: an error")
        gone = cells.get("disabled", cells["anonymous"])
        # To what is open to everybody, a token of theirs is a wrong one: 401.
        if gone != cells["anonymous"] and not is_open:
            found.append(f"{shown}: a closed account is somebody")
        if not is_open and " 200" in cells["anonymous"]:
            found.append(f"{shown}: open to everybody")
        if shown.startswith("/admin/"):
            members = set(cells) - {"administrator"}
            if not is_open and any(" 20" in cells[name] for name in members):
                found.append(f"{shown}: open to members")
        elif "…" in shown and not is_open and not shown.startswith(ANYBODYS):
            # What belongs to a programme does not exist for who is not in it.
            foreign = cells["other programme"] + cells.get("administrator", "")
            if any(code in foreign for code in (" 20", " 30", " 403", " 422")):
                found.append(f"{shown}: found by strangers")
    return found
