"""The servers every test uses: real PostgreSQL, Redis, Celery workers and SMTP."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import translation
from redis import Redis

from bootstrap.programs import BROWSERS
from notifications import ladder
from tests import processes, template
from tests.environment import SERVERS
from tests.factories import NOON
from tests.processes import Process
from tests.record import record_changes_at
from tests.smtp import SmtpSink

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker, Settings

#: How long a page may take before the test fails: long, because a busy machine is slow,
#: and waiting costs nothing when all is well.
PATIENCE_MS = 60_000

#: What overrides the limits of production, which are tested by themselves: on a busy
#: machine a statement is slow, and a test idle for minutes.
PATIENT_SESSIONS = (
    " -c statement_timeout=120s -c idle_in_transaction_session_timeout=1h"
)
#: The same where several sessions meet. Everywhere else locks are waited for as long
#: as in production, so that nothing that queues up goes unseen.
PATIENT_WITH_LOCKS = " -c lock_timeout=60s"

# Chromium in a container that has no screen, no sandbox and no way out.
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure(config: pytest.Config) -> None:
    """Take static files from their sources, hash quickly, and be patient."""
    django_settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
    }
    django_settings.WHITENOISE_AUTOREFRESH = True
    django_settings.WHITENOISE_USE_FINDERS = True
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database: Any = django_settings.DATABASES["default"]
    database["OPTIONS"]["options"] += PATIENT_SESSIONS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a browser and processes of our own fail twice before they count as failed.

    Neither Chromium nor the operating system's scheduler is ours, and either may stall
    on a machine that does much else. Every other test has one try, and the summary
    names each that was run again (`-r R`).

    They also begin first, so that none of them is left alone at the end.
    """
    for item in items:
        if not is_ours_alone(item):
            item.add_marker(pytest.mark.flaky(reruns=2))
    items.sort(key=is_ours_alone)


def is_ours_alone(item: pytest.Item) -> bool:
    """Say whether a test needs neither a browser nor processes of its own."""
    return not any(item.get_closest_marker(name) for name in ("browser", "processes"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers once per process that runs tests."""
    SERVERS.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop them, unless another process still uses them."""
    SERVERS.release()


def sessions_meet(item: pytest.Item) -> bool:
    """Say whether several sessions meet in the database of a test."""
    mark = item.get_closest_marker("django_db")
    is_transactional = mark is not None and mark.kwargs.get("transaction", False)
    return is_transactional or not is_ours_alone(item)


@pytest.fixture(autouse=True)
def _patience_with_locks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let those who meet wait for each other, however slow the machine is."""
    if not sessions_meet(request.node):
        yield
        return
    options: Any = django_settings.DATABASES["default"]["OPTIONS"]
    of_production = options["options"]
    options["options"] += PATIENT_WITH_LOCKS
    connection.close()
    yield
    options["options"] = of_production
    connection.close()


@pytest.fixture(autouse=True)
def _everybody_begins_in_danish() -> None:
    """Forget the language that an earlier test's request left behind."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def _tables_are_emptied_quickly() -> Iterator[None]:
    """Empty after a transactional test what it filled, and nothing else.

    Django's own way locks and truncates every table, which takes a second, is refused
    by history, waits for a page that still asks for a fragment, and forgets the cache's
    table, which has no model.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_tables)
        yield


#: What migrating fills and no test changes.
KEPT_TABLES = {"auth_permission", "django_content_type", "django_migrations"}


def _empty_tables(case: TransactionTestCase) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Neither triggers nor foreign keys: everything goes at once.
        cursor.execute("SET LOCAL session_replication_role = replica")
        names = set(connection.introspection.table_names(cursor)) - KEPT_TABLES
        tables = [connection.ops.quote_name(name) for name in sorted(names)]
        filled = (f"(SELECT '{one}' FROM {one} LIMIT 1)" for one in tables)
        cursor.execute(" UNION ALL ".join(filled))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
    ladder.ensure_default_ladders()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave dropping the test database to `django_db_setup` below."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb() -> bool:
    """Begin with an empty test database, whatever a run that died left behind."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> bool:
    """Begin with a database that an earlier run migrated; say whether there is one."""
    with django_db_blocker.unblock():
        is_there = template.exists()
    if is_there:
        connection.settings_dict["TEST"]["TEMPLATE"] = template.name()
    return is_there


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: bool,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Keep what was migrated, and drop the test database by force in the end.

    A thread of the live server or a process on its way out may still hold on to it,
    and Django's own way of dropping it would fail then.
    """
    with django_db_blocker.unblock():
        if not django_db_modify_db_settings:
            template.keep()
        # No test may depend on today's date.
        record_changes_at(NOON)
    yield
    with django_db_blocker.unblock():
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """An empty Redis, the one that workers and the code under test use."""
    client = Redis.from_url(SERVERS.redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def smtp_sink(settings: Settings) -> Iterator[SmtpSink]:
    """A real SMTP server that this test's mail goes to."""
    sink = SmtpSink().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.stop()


@pytest.fixture
def start_worker(
    transactional_db: None, redis_server: Redis, smtp_sink: SmtpSink, tmp_path: Path
) -> Iterator[Callable[..., Process]]:
    """Start real Celery workers against the test's database, Redis and SMTP sink.

    Use it as `start_worker()` or `start_worker("second", concurrency=2, env={…})`.
    """
    started: list[Process] = []

    def start(
        name: str = "first",
        *,
        concurrency: int = 1,
        env: dict[str, str] | None = None,
        queues: Sequence[str] = (),
    ) -> Process:
        process = processes.worker(
            f"{name}@test",
            log=tmp_path / f"worker-{name}.log",
            env={"EMAIL_URL": smtp_sink.url} | (env or {}),
            concurrency=concurrency,
            queues=queues,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def celery_worker_process(start_worker: Callable[..., Process]) -> Process:
    """One real Celery worker."""
    return start_worker()


@pytest.fixture
def start_beat(
    transactional_db: None, redis_server: Redis, tmp_path: Path
) -> Iterator[Callable[..., Process]]:
    """Start real Celery beats: `start_beat("one")`."""
    started: list[Process] = []

    def start(name: str = "beat", *, env: dict[str, str] | None = None) -> Process:
        process = processes.beat(name, log=tmp_path / f"{name}.log", env=env or {})
        started.append(process)
        return process

    yield start
    for process in started:
        process.stop()


def do_without_a_browser(reason: str) -> None:
    """Skip, saying why; in CI fail instead."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI may not skip browser tests)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; the test skips where there is none, and CI forbids that."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    driver = [sys.executable, "-m", "playwright", "--version"]
    if subprocess.run(driver, check=False, capture_output=True).returncode:
        do_without_a_browser("Playwright's driver does not run: install libatomic1")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, which Django takes for async
        # code; the tests themselves stay synchronous.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        program = (
            os.environ.get("CHROMIUM")
            or next(filter(None, map(shutil.which, BROWSERS)), None)
            or shutil.which("google-chrome")
            or playwright.chromium.executable_path
        )
        if not Path(program).exists():
            do_without_a_browser("no browser: install Chromium, or set CHROMIUM")
        chromium = playwright.chromium.launch(
            executable_path=program, args=CHROMIUM_FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """A page of the running site, in Danish; errors in its console fail the test."""
    context = browser.new_context(
        base_url=live_server.url,
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(PATIENCE_MS)
    problems: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda said: problems.append(said.text) if said.type == "error" else None,
    )
    yield page
    context.close()
    assert not problems, problems
