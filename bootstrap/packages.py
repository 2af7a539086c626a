"""Python and what it needs: the virtual environment and the locked packages in it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bootstrap.steps import (
    LOCKS,
    PYTHON,
    ROOT,
    VENV,
    apt_install,
    run,
    say,
    step,
    works,
)


def make_virtual_environment() -> None:
    """Create `.venv`; remake it if the clone was moved or its Python is gone."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    mark = VENV / ".made"
    made_from = f"{version} {ROOT}"
    if mark.exists() and mark.read_text() == made_from and works(PYTHON, "-V"):
        return
    say(f"virtual environment with Python {version} …")
    if VENV.exists() and mark.exists():
        shutil.rmtree(VENV)
    # This may run from the very environment that is remade.
    python = getattr(sys, "_base_executable", sys.executable)
    if not works(python, "-c", "import ensurepip, venv"):
        apt_install(
            f"python{version}-venv", otherwise="install the package python3-venv"
        )
    run(python, "-m", "venv", VENV, fails="Python could not make .venv.")
    mark.write_text(made_from)


def install_packages(profile: str) -> None:
    """Install exactly what the lock file names, hash by hash."""
    locks = [LOCKS / "demo.txt"]
    if profile == "dev" or (VENV / ".installed-dev").exists():
        locks.append(LOCKS / "dev.txt")
    name = "dev" if len(locks) > 1 else "demo"
    step(
        "Python packages (about a minute the first time)",
        VENV / f".installed-{name}",
        locks,
        lambda: pip_install(locks[-1]),
    )


def pip_install(lock: Path) -> None:
    """Install a lock file into `.venv`."""
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "-r", lock),
        fails="the Python packages could not be installed; is there a network to a "
        "package registry?",
    )
