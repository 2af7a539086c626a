"""How a step runs: once per change of its inputs, quietly, clear if it fails."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARKS = ROOT / "var" / "setup"
LOCKS = ROOT / "requirements"


class SetupError(Exception):
    """Something is missing on this machine; the text says what to do."""


def say(text: str) -> None:
    """Tell the person who waits."""
    print(f"[setup] {text}", flush=True)  # noqa: T201


def step(
    name: str, mark: Path, inputs: Iterable[Path], action: Callable[[], None]
) -> None:
    """Do one step unless it was done from the same inputs before."""
    made_from = digest(inputs)
    if mark.exists() and mark.read_text() == made_from:
        return
    say(f"{name} …")
    started = time.monotonic()
    action()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(made_from)
    say(f"{name}: done in {time.monotonic() - started:.0f} s")


def digest(paths: Iterable[Path]) -> str:
    """Return a name for the content of these files and folders, and where they are."""
    summary = hashlib.sha256(os.fsencode(ROOT))
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                summary.update(os.fsencode(file))
                summary.update(hashlib.sha256(file.read_bytes()).digest())
    return summary.hexdigest()


def run(
    *command: str | Path, fails: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program quietly; if it fails, raise SetupError with its last words."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=None if env is None else os.environ | env,
        )
    except FileNotFoundError as error:
        raise SetupError(f"{fails} ({error.filename} is not on this machine)") from None
    if done.returncode:
        words = (done.stderr or done.stdout).splitlines()
        lines = [line for line in words if line and not line.startswith("WARNING")]
        raise SetupError("\n  ".join([fails, *lines[-4:]]))
    return done


def works(*command: str | Path) -> bool:
    """Say whether a command exists and succeeds."""
    try:
        return not subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        ).returncode
    except OSError:
        return False


def apt_install(*packages: str, otherwise: str) -> None:
    """Install Debian packages where that is possible; raise SetupError where not."""
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"{names} is missing: {otherwise}.")
    say(f"Debian packages {names} …")
    fails = f"apt-get could not install {names}; {otherwise} by hand."
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
    if not works("apt-cache", "show", packages[0]):
        run("apt-get", "update", "-q", fails=fails, env=quiet)
    run(*install, fails=fails, env=quiet)
