"""What a fault is played on: a database of its own, and an empty Redis."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from django.db import connection
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

from config.celery import app
from config.embedded import Servers
from tests import processes

TEMPLATE = "faults_template"


@dataclass
class Ground:
    """One fault's database in servers that all faults of a run share."""

    name: str
    servers: Servers
    directory: Path
    seed: int
    #: Seconds by which the product's clock is ahead of this machine's.
    ahead: float

    @property
    def database(self) -> str:
        """The name of the database."""
        return f"faults_{self.name}"

    @property
    def database_url(self) -> str:
        """Its address."""
        host = quote(str(self.servers.sockets), safe="")
        return f"postgres://postgres@{host}/{self.database}"

    def new_database(self) -> None:
        """Begin with a fresh copy of the template, and let Django see it."""
        processes.wait_until(
            self.servers._postgres_answers, seconds=120, what="PostgreSQL answers"
        )
        self.drop_database()
        with self.connect("postgres") as db:
            db.execute(f'CREATE DATABASE "{self.database}" TEMPLATE {TEMPLATE}')
        connection.settings_dict["NAME"] = self.database

    def drop_database(self) -> None:
        """Remove the database if it is there.

        After a crash PostgreSQL syncs every file it has, some 1,500 for each of ours,
        so that what earlier faults left would be what a later one waits for.
        """
        connection.close()
        with self.connect("postgres") as db:
            db.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def empty_redis(self) -> None:
        """Start Redis if it is gone, and throw away what is in it."""

        def is_empty() -> bool:
            with suppress(RedisError, OperationalError):
                # The connections that Celery keeps here broke with an earlier Redis.
                app.control.ping(timeout=0.1)
                with Redis.from_url(self.servers.redis_url) as redis:
                    return bool(redis.flushall())
            return False

        self.servers._start_redis()
        processes.wait_until(is_empty, seconds=30, what="Redis is empty")

    def connect(self, database: str = "") -> psycopg.Connection[Any]:
        """Connect to the stage's database, or another of the cluster."""
        return psycopg.connect(
            host=str(self.servers.sockets),
            user="postgres",
            dbname=database or self.database,
            autocommit=True,
        )

    def ask(self, query: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
        """Run a query, waiting for a database that is away."""
        until = time.monotonic() + 60
        while True:
            try:
                with self.connect() as db:
                    return list(db.execute(query, values))
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
