"""Forks processes that have Django loaded already, so that one that was killed is
replaced in milliseconds. Each is a process of its own and runs `manage.py` as usual.

Reads one order a line from its input, as JSON, and answers each with a process id.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from typing import Any

import django
from django.core.management import call_command, execute_from_command_line
from django.db import Error, connection


def main() -> None:
    """Fork what is ordered until the input ends."""
    django.setup()
    from notifications import outbox, tasks  # noqa: F401

    gc.freeze()
    # Nobody waits for the killed: the kernel buries them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            live(order)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def live(order: dict[str, Any]) -> None:
    """Be the process that was ordered; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 1
    try:
        # So that the database can tell who is at which statement.
        os.environ["PGAPPNAME"] = order["name"]
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for number, file in ((0, null), (1, log), (2, log)):
            os.dup2(file, number)
        if order["every"] is None:
            execute_from_command_line(["manage.py", *order["argv"]])
        else:
            again_and_again(order["argv"], order["every"])
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def again_and_again(argv: list[str], seconds: float) -> None:
    """Run a command for ever, as cron would, through failures of the database."""
    while True:
        try:
            call_command(*argv)
        except Error as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            connection.close()
        time.sleep(seconds)


if __name__ == "__main__":
    main()
