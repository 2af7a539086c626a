"""What asking who may see what costs, and what a second wall in PostgreSQL would.

Both on the overview of 1,000 activities, as a manager of their programme.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.test import Client

from benchmarks.measure import Result, compare
from rollout.models import Membership, Programme, Role, User
from rollout.models.visibility import VisibleQuerySet

PAGE = "/"
#: Roles of PostgreSQL for the time of the measurement: row security holds for one.
FREE, WALLED = "bench_free", "bench_walled"
#: What a row's programme is compared with: the setting of the session.
_MINE = "(string_to_array(current_setting('bench.programmes', true), ',')::bigint[])"
#: Tables by the way from a row to its programme.
_POLICIES = {
    **dict.fromkeys(
        ("activity", "place", "phase", "partner", "focusarea", "grant"),
        f"programme_id = ANY {_MINE}",
    ),
    # What hangs on an activity is seen with it: its own policy is asked inside.
    **dict.fromkeys(
        ("milestone", "readiness", "condition", "evaluation"),
        "EXISTS (SELECT FROM rollout_activity a WHERE a.id = activity_id)",
    ),
    "initiative": "EXISTS (SELECT FROM rollout_focusarea f WHERE f.id = focus_area_id)",
}


def results() -> Iterator[Result]:
    """Measure the page with and without rights, then with and without the wall."""
    manager = Membership.objects.get(role=Role.MANAGER).user
    client = Client()
    client.force_login(manager)
    yield compare(
        "rights on 1,000 activities",
        ours=lambda: _get(client),
        floor=lambda: _get_without_rights(client),
        unit="one page",
        floor_is="the same page, with everything allowed and nothing asked",
        times=2,
        at_most=1.1,
    )
    with walls():
        yield compare(
            "row-level security on 1,000 activities",
            ours=lambda: _get_as(client, WALLED),
            floor=lambda: _get_as(client, FREE),
            unit="one page",
            floor_is="the same page by a role of PostgreSQL that no policy holds",
            times=2,
        )


def _get(client: Client) -> None:
    assert client.get(PAGE).status_code == 200


def _get_without_rights(client: Client) -> None:
    everything = patch.object(VisibleQuerySet, "visible_to", lambda rows, _user: rows)
    allowed = patch.object(User, "has_perm", lambda *_asked: True)
    with everything, allowed:
        _get(client)


def _get_as(client: Client, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        try:
            _get(client)
        finally:
            cursor.execute("RESET ROLE")


@contextmanager
def walls() -> Iterator[None]:
    """Let a policy hold on every table that the page reads, for one of two roles."""
    programmes = ",".join(
        str(pk) for pk in Programme.objects.values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        for role, how in ((FREE, "BYPASSRLS"), (WALLED, "NOBYPASSRLS")):
            cursor.execute(f"DROP OWNED BY {role}" if _is_there(role) else "SELECT 1")
            cursor.execute(f"DROP ROLE IF EXISTS {role}")
            cursor.execute(f"CREATE ROLE {role} {how}")
            cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute("SELECT set_config('bench.programmes', %s, false)", [programmes])
        for table, test in _POLICIES.items():
            cursor.execute(f"ALTER TABLE rollout_{table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"CREATE POLICY bench ON rollout_{table} USING ({test})")
        try:
            yield
        finally:
            for table in _POLICIES:
                cursor.execute(f"DROP POLICY bench ON rollout_{table}")
                cursor.execute(
                    f"ALTER TABLE rollout_{table} DISABLE ROW LEVEL SECURITY"
                )
            for role in (FREE, WALLED):
                cursor.execute(f"DROP OWNED BY {role}")
                cursor.execute(f"DROP ROLE {role}")


def _is_there(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None
