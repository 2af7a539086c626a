"""The environment of every test, set before Django reads it, so it is a plugin that
pytest loads first (see `addopts`). Nothing of a developer's environment leaks in.

`PYTEST_DB_SUFFIX` lets several runs share one machine: each has servers of its own,
with their data under `var/test`.
"""

import os
import sys
from pathlib import Path

from config.embedded import Servers

ROOT = Path(__file__).resolve().parent.parent
RUN = "-".join(
    part
    for part in (
        os.environ.get("PYTEST_DB_SUFFIX", ""),
        os.environ.get("PYTEST_XDIST_WORKER", ""),
    )
    if part
)
SERVERS = Servers(ROOT / "var" / "test" / (RUN or "default"), durable=False)

# What is compiled is kept, whatever this machine is used to: otherwise every process
# that a test starts would compile all of our modules, and every run all of the tests.
sys.dont_write_bytecode = False

os.environ |= {
    "PYTHONDONTWRITEBYTECODE": "",
    "ENV_FILE": "",
    "DEBUG": "false",
    "SECRET_KEY": "for tests only: " + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "BASE_URL": "http://localhost:8000",
    "DATABASE_URL": SERVERS.database_url,
    "REDIS_URL": SERVERS.redis_url,
    "EMAIL_URL": "smtp://127.0.0.1:2525",
    "DEFAULT_FROM_EMAIL": "Rollout <rollout@example.org>",
    "LOG_LEVEL": "WARNING",
    "PROXY_COUNT": "0",
    # Tests of the second factor turn it on; all others would only pass by it.
    "SECOND_FACTOR_FOR": "",
}
