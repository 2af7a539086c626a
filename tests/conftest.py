"""The servers every test uses: real PostgreSQL, Redis, Celery workers and SMTP."""

from collections.abc import Iterator

import pgtrigger
import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from tests.environment import SERVERS


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers once per process that runs tests."""
    SERVERS.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop them, unless another process still uses them."""
    SERVERS.release()


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied() -> Iterator[None]:
    """Let the flush after a transactional test empty what may never be changed.

    History refuses TRUNCATE, and the cache's table has no model, so that Django's own
    flush fails on the one and forgets the other.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_everything(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            flush(case)
        cache.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_everything)
        yield
