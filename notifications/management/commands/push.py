"""Calls webhooks and refreshes calendars without Celery.

Apart from `manage.py outbox`, so that an address that does not answer delays no mail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import calls, feeds, telling
from notifications.management.rounds import RoundsCommand


class Command(RoundsCommand):
    """`manage.py push --once` and `manage.py push --loop SECONDS`."""

    help = "Call webhooks and refresh calendars, once or for ever."

    def parts(
        self, *, must_stop: Callable[[], bool], **options: Any
    ) -> Iterable[Callable[[], object]]:
        """Note what is changed in calendars, and make the calls that are due."""
        return (
            lambda: feeds.refresh(now=timezone.now()),
            lambda: telling.plan(now=timezone.now()),
            lambda: self._deliver(must_stop=must_stop),
        )

    def _deliver(self, *, must_stop: Callable[[], bool]) -> None:
        tally = calls.deliver(now=timezone.now(), must_stop=must_stop)
        self.stdout.write(
            _(
                "%(received)s calls received, %(retried)s to be tried again,"
                " %(given_up)s given up."
            )
            % vars(tally)
        )
