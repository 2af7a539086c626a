"""Examines one thing after the other; what cannot be examined is a finding too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from config.doctor import backups, machine, mail, servers, workers
from config.doctor.finding import Finding

Examination = Callable[[datetime], Iterator[Finding]]

EXAMINATIONS: dict[str, Examination] = {
    "settings": machine.settings_in_force,
    "time": machine.time_zones,
    "files": machine.files,
    "PostgreSQL": servers.postgresql,
    "Redis": servers.redis,
    "workers": workers.served,
    "engine": servers.engine,
    "mail server": mail.server,
    "DNS": mail.sender_policy,
    "backups": backups.backups,
}


def examine(*, now: datetime) -> Iterator[tuple[str, Finding]]:
    """Yield what is found, with the name of what was looked at."""
    for name, look in EXAMINATIONS.items():
        try:
            for finding in look(now):
                yield name, finding
        except Exception as error:  # noqa: BLE001 - one fault must not hide the others
            yield (
                name,
                Finding.ill(
                    f"{type(error).__name__}: {error}",
                    _("Mend this first; the rest could not be looked at."),
                ),
            )
