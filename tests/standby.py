"""A real PostgreSQL that follows the tests' own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from config.embedded import account_for_postgres
from tests.environment import SERVERS

PORT = 5433
_SOCKETS = SERVERS.sockets
_run = SERVERS._run
#: Streams at once what it missed, and goes on.
_AS_REPLICA = ("-U", "postgres", "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")


@contextmanager
def following() -> Iterator[psycopg.Connection]:
    """Run it, on the tests' sockets under its own port; yield a session of it."""
    data = SERVERS.directory / "standby"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if account := account_for_postgres():
        os.chown(data, account.pw_uid, account.pw_gid)
    _run("pg_basebackup", f"--pgdata={data}", f"--host={_SOCKETS}", *_AS_REPLICA)
    options = f"-c port={PORT} -c unix_socket_directories='{_SOCKETS}'"
    log = str(data / "server.log")
    where = ("-D", str(data), "-w")
    # As many connections as where it comes from, or it does not start.
    settings = f"{options} -c listen_addresses='' -c fsync=off -c max_connections=200"
    _run("pg_ctl", *where, "start", "-l", log, "-o", settings)
    try:
        with psycopg.connect(
            host=str(_SOCKETS),
            port=PORT,
            user="postgres",
            dbname="postgres",
            autocommit=True,
        ) as session:
            yield session
    finally:
        _run("pg_ctl", *where, "-m", "immediate", "stop")
        shutil.rmtree(data, ignore_errors=True)
