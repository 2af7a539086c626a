"""A real PgBouncer before the test's database, as docs/operations/pgbouncer.ini has it.

It gives each transaction another session than the one before, so that whoever sets
something for a session, or counts on it, is found out at once.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from django.db import connection

from config.databases import databases
from config.embedded import account_for_postgres
from tests.environment import ROOT, SERVERS
from tests.processes import wait_until

PORT = 6432
#: Sessions of the server that all who come share.
SESSIONS = 3


def program() -> str | None:
    """Return where PgBouncer is, or None where there is none."""
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def running() -> Iterator[None]:
    """Run it before the test's database."""
    found = program()
    assert found is not None
    account = account_for_postgres()
    with subprocess.Popen(
        [found, "--quiet", str(_configuration())],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account.pw_uid if account else None,
    ) as process:
        try:
            wait_until(_all_sessions_are_open, what="PgBouncer answers")
            yield
        finally:
            process.terminate()


def _configuration() -> str:
    """Write the configuration of the docs, with another server and no passwords."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "docs/operations/pgbouncer.ini", encoding="utf-8")
    server = f"host={SERVERS.sockets} dbname={connection.settings_dict['NAME']}"
    for name, where in parser["databases"].items():
        ours = re.sub(r"host=\S+ port=\S+ dbname=\S+ pool_size=\S+", server, where)
        parser["databases"][name] = f"{ours} user=postgres pool_size={SESSIONS}"
    local = {
        "listen_addr": "",
        "listen_port": str(PORT),
        "unix_socket_dir": str(SERVERS.sockets),
        "auth_type": "any",
        "server_round_robin": "1",
    }
    parser.read_dict({"pgbouncer": local})
    file = SERVERS.sockets / "pgbouncer.ini"
    with file.open("w", encoding="utf-8") as text:
        parser.write(text)
    return str(file)


def _all_sessions_are_open() -> bool:
    with ExitStack() as stack:
        try:
            for _session in range(SESSIONS):
                one = stack.enter_context(
                    psycopg.connect(host=str(SERVERS.sockets), port=PORT, **_AS)
                )
                one.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
    return True


_AS: dict[str, Any] = {"user": "postgres", "dbname": "rollout"}


def settings() -> dict[str, Any]:
    """Return what the settings would say of it, with the test's address."""
    made = databases(
        "postgres://postgres@/rollout",
        direct_url="postgres://postgres@/rollout",
        replica_url="",
        program="pytest",
        statement_timeout="30s",
    )
    return made["default"] | {"HOST": str(SERVERS.sockets), "PORT": str(PORT)}
