"""What a process is called at the database: the record of changes keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

#: What runs by itself, by a word of its command line.
_PARTS = {"gunicorn": "web", "uvicorn": "web", "worker": "worker", "beat": "beat"}


def name_of(command: Sequence[str]) -> str:
    """Name a process by its command line, such as ``manage.py plan``.

    Only what was run, never what it was run on, which could name somebody.
    """
    path = Path(command[0] if command else "python")
    # Run with `python -m`, a package is called after its folder.
    program = path.parent.name if path.name == "__main__.py" else path.name
    if program == "manage.py":
        return " ".join([program, *command[1:2]])
    for word in (program, *command[1:]):
        if word in _PARTS:
            return _PARTS[word]
    return program
