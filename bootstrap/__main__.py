"""`python3 -m bootstrap demo` or `dev`: what `make setup` runs, and who installs."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bootstrap.assets import build, fetch_assets
from bootstrap.packages import install_packages, make_virtual_environment
from bootstrap.programs import (
    bring_browser,
    bring_pdftotext,
    bring_pgbouncer,
    bring_redis,
)
from bootstrap.steps import MARKS, ROOT, SetupError, say


def main() -> None:
    """Prepare what `demo` or `dev` needs. Exit status 1 and one sentence on failure."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("profile", choices=["demo", "dev"])
    parser.add_argument("--browser", action="store_true", help="what tests look with")
    parser.add_argument(
        "--developer", action="store_true", help="write .env, which says DEBUG=true"
    )
    arguments = parser.parse_args()
    os.umask(0o022)
    os.chdir(ROOT)
    try:
        with only_one():
            make_virtual_environment()
            install_packages(arguments.profile)
            bring_redis()
            fetch_assets()
            build()
            # Not where the product is installed: everybody would see its errors.
            if arguments.developer or arguments.profile == "dev":
                write_env_file()
            if arguments.browser:
                bring_browser()
                bring_pdftotext()
                bring_pgbouncer()
    except SetupError as error:
        sys.exit(f"Setup stopped: {error}")
    except KeyboardInterrupt:
        sys.exit("Setup interrupted; run it again to go on.")


@contextmanager
def only_one() -> Iterator[None]:
    """Keep two set-ups from running into each other."""
    MARKS.mkdir(parents=True, exist_ok=True)
    with (MARKS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_env_file() -> None:
    """Give a developer's clone its `.env`; an existing one is never touched."""
    file = ROOT / ".env"
    if not file.exists():
        file.write_text(
            "# One developer on one machine; .env.example lists every variable.\n"
            "DEBUG=true\n"
        )


if __name__ == "__main__":
    main()
