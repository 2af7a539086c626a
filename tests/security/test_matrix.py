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

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

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
)
#: Where the secret in the address opens the door, whoever comes.
SECRET = ("/calendar/", "/mails/", "/answer/", "/answers/…/", "/mail-events/")
#: Who is to the admin what a manager is.
NOT_STAFF = {"coordinator", "observer", "partner", "other partner", "other programme"}
#: Addresses with a word in them, and not with anything of a programme.
ANYBODYS = ("/settings/ladders/", "/settings/year/…/new/")
#: What a GET may leave behind: sessions, and that a token or a link was used.
NOTED = {"django_session", "notifications_linkuse", "rollout_apitoken"}


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
    return answer.status_code


def hash_of_the_database() -> dict[str, str]:
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
    found = {}
    for name, visitor in visitors.items():
        if address.startswith("/admin/") and name in NOT_STAFF:
            # The admin asks whether somebody is staff before it asks anything else.
            found[name] = found["manager"]
            continue
        cells = [(method, ask(visitor, method, address)) for method in methods]
        found[name] = ", ".join(f"{m} {code}" for m, code in cells if code != 405)
    return found


@pytest.fixture
def matrix(world):
    """Everybody's answers at every address, and that looking changed nothing."""
    visitors, keys = world
    addresses = {
        routes.shown(pattern): routes.filled(pattern, name, keys)
        for pattern, name in routes.routes()
    }
    before = hash_of_the_database()
    looked = {
        shown: answers(visitors, address, ("GET",))
        for shown, address in addresses.items()
    }
    after = hash_of_the_database()
    changed = [table for table, digest in before.items() if after[table] != digest]
    for shown, address in addresses.items():
        methods = ("POST", "PATCH", "DELETE") if "/api/" in shown else ("POST",)
        for name, more in answers(visitors, address, methods).items():
            looked[shown][name] = ", ".join(filter(None, (looked[shown][name], more)))
    return looked, changed


def as_table(matrix: dict[str, dict[str, str]]) -> str:
    rows = [
        f"| address | {' | '.join(VISITORS)} |",
        f"|---|{'---|' * len(VISITORS)}",
        *(
            f"| `{shown}` | {' | '.join(cells[name] or '–' for name in VISITORS)} |"
            for shown, cells in sorted(matrix.items())
        ),
    ]
    return HEADING + "\n" + "\n".join(rows) + "\n"


def test_everybody_gets_at_every_address_what_the_table_says(matrix):
    """Checklist 1, 2, 7, 8 and 35: every route, role and programme; looking changes
    nothing; what is foreign is not found.
    """
    found, changed_by_looking = matrix
    written = as_table(found)
    if os.environ.get("REWRITE_ACCESS"):
        TABLE.write_text(written)

    assert changed_by_looking == []
    assert broken_rules(found) == []
    assert written == TABLE.read_text()


def broken_rules(matrix: dict[str, dict[str, str]]) -> list[str]:
    """Return what breaks the rules that hold whatever the table says."""
    found = []
    for shown, cells in matrix.items():
        is_open = shown.startswith(PUBLIC + SECRET)
        if " 500" in str(cells):
            found.append(f"{shown}: an error")
        if cells["disabled"] != cells["anonymous"]:
            found.append(f"{shown}: a closed account is somebody")
        if not is_open and " 20" in cells["anonymous"]:
            found.append(f"{shown}: open to everybody")
        if shown.startswith("/admin/"):
            members = set(VISITORS) - {"administrator"}
            if not is_open and any(" 20" in cells[name] for name in members):
                found.append(f"{shown}: open to members")
        elif "…" in shown and not is_open and not shown.startswith(ANYBODYS):
            # What belongs to a programme does not exist for who is not in it.
            foreign = cells["other programme"] + cells["administrator"]
            if any(code in foreign for code in (" 20", " 30", " 403", " 422")):
                found.append(f"{shown}: found by strangers")
    return found
