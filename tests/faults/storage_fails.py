"""Faults 17 and 18: PostgreSQL's disk is full, or does not keep what it was given.

Needs the right to mount a small disk, and to trace another's system calls.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
from django.db import connection

from config.embedded import CannotStart, account_for_postgres
from tests.faults.forks import children_of
from tests.faults.stage import Stage
from tests.faults.trouble import bear
from tests.faults.verdict import CannotPlay, Verdict
from tests.processes import wait_until

#: How long a disk stays full.
SECONDS = 12
#: More than an empty database of ours takes, in megabytes.
DATA_ROOM = 80
#: Room beside the write-ahead log that is there already, in megabytes.
LOG_ROOM = 40
#: How often the disk forgets.
TIMES = 3
#: How long it takes at most until something is written.
PATIENCE = 30


def data_disk_full(stage: Stage, verdict: Verdict, size: int) -> None:
    """17: no room for another page of any table."""

    def full() -> None:
        with _filled(disk):
            time.sleep(SECONDS)

    connection.close()
    with ExitStack() as clearing:
        disk = clearing.enter_context(_small_disk(stage, DATA_ROOM))
        with stage.connect("postgres") as db:
            db.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            db.execute(f'ALTER DATABASE "{stage.database}" SET TABLESPACE small')
        clearing.callback(_drop_all, stage)
        bear(stage, verdict, size, full)


def _drop_all(stage: Stage) -> None:
    stage.drop_database()
    with stage.connect("postgres") as db:
        db.execute("DROP TABLESPACE small")


def log_disk_full(stage: Stage, verdict: Verdict, size: int) -> None:
    """17: no room for the write-ahead log, for which PostgreSQL stops."""

    def full() -> None:
        with _filled(disk):
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                with suppress(psycopg.OperationalError), stage.connect() as db:
                    # Sooner at the end of what is there than by waiting for it.
                    db.execute("SELECT pg_switch_wal()")
                time.sleep(0.05)
        _revive(stage)

    usual = stage.servers._data / "pg_wal"
    room = sum(file.stat().st_size for file in usual.rglob("*")) // 2**20 + LOG_ROOM
    with ExitStack() as clearing:
        disk = clearing.enter_context(_small_disk(stage, room))
        _move_log(stage, disk / "pg_wal")
        clearing.callback(_move_log, stage, usual)
        bear(stage, verdict, size, full)


def _move_log(stage: Stage, place: Path) -> None:
    """Put the write-ahead log elsewhere, or back."""
    usual = stage.servers._data / "pg_wal"
    connection.close()
    stage.servers.pg_ctl("stop", "-m", "fast")
    there = usual.resolve()
    if usual.is_symlink():
        usual.unlink()
    # With its owner, unlike what Python copies.
    subprocess.run(["cp", "--archive", there, place], check=True)
    shutil.rmtree(there)
    if place != usual:
        usual.symlink_to(place)
    stage.servers._start_postgres()


def fsync_fails(stage: Stage, verdict: Verdict, size: int) -> None:
    """18: the disk says that it did not keep what was written (EIO)."""
    strace = shutil.which("strace")
    if strace is None:
        raise CannotPlay("there is no strace")

    def forgetful() -> None:
        for _ in range(TIMES):
            _fail_fsync(stage, strace)
            _revive(stage)
            time.sleep(stage.chance.uniform(0.5, 2))

    bear(stage, verdict, size, forgetful)


def _fail_fsync(stage: Stage, strace: str) -> None:
    """Let each call fail until PostgreSQL has noticed."""
    log = stage.servers._data / "server.log"
    before = log.read_text().count("PANIC")
    postmaster = int(
        (stage.servers._data / "postmaster.pid").read_text().splitlines()[0]
    )
    calls = "fsync,fdatasync"
    found = [postmaster, *children_of(postmaster)]
    tracer = subprocess.Popen(
        [
            *(strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}"),
            *("-e", f"inject={calls}:error=EIO"),
            *(f"--attach={pid}" for pid in found),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(
            lambda: log.read_text().count("PANIC") > before,
            seconds=PATIENCE,
            what="PostgreSQL notices",
        )
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()


def _revive(stage: Stage) -> None:
    """Start PostgreSQL if it has given up, as whoever watches it does."""

    def answers() -> bool:
        if stage.servers._postgres_answers():
            return True
        # Where it recovers by itself, starting it meets one that is not there yet.
        with suppress(CannotStart, psycopg.OperationalError):
            stage.servers._start_postgres()
        return False

    wait_until(answers, seconds=120, what="PostgreSQL answers")


@contextmanager
def _small_disk(stage: Stage, megabytes: int) -> Iterator[Path]:
    """Yield a disk of a certain size that PostgreSQL may write."""
    place = stage.servers.directory / "small"
    place.mkdir()
    owner = account_for_postgres()
    who = f",uid={owner.pw_uid},gid={owner.pw_gid}" if owner else ""
    options = f"size={megabytes}m,mode=700{who}"
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        place.rmdir()
        raise CannotPlay("no disk may be mounted here") from error
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()


@contextmanager
def _filled(disk: Path) -> Iterator[None]:
    """Let there be no room on a disk, also where some is given back meanwhile."""
    file = disk / "filler"
    filler = subprocess.Popen(
        ["sh", "-c", 'while :; do cat /dev/zero >>"$1" 2>&-; sleep 0.1; done', "", file]
    )
    try:
        yield
    finally:
        filler.kill()
        filler.wait()
        file.unlink()
