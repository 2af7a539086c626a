"""A directory for what is not encrypted, which nobody keeps.

A process that is killed leaves its own behind, and the next one deletes it: the lock of
a process that is no more is the kernel's to drop.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".unencrypted-"
_LOCK = ".in-use"


@contextmanager
def workroom(directory: Path) -> Iterator[Path]:
    """Make a directory in another one, for this account alone and for a while.

    Raises OSError if the other one cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _sweep(directory)
    with tempfile.TemporaryDirectory(dir=directory, prefix=_PREFIX) as name:
        work = Path(name)
        with (work / _LOCK).open("w") as lock:
            # Where a file system has no locks, nobody can sweep either.
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield work


def _sweep(directory: Path) -> None:
    """Delete what processes that were killed left behind."""
    for lock in directory.glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError), lock.open("r+") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
