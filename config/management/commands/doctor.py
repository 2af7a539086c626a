"""Looks at everything an installation depends on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import ngettext

from config.doctor import Health, examine


class Command(BaseCommand):
    """`manage.py doctor`: exit status 1 if anything does not work."""

    help = "Look at settings, servers, mail, DNS, time and backups; say what to do."
    #: They are part of what is looked at.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding, and under it what to do."""
        styles = {
            Health.WELL: self.style.SUCCESS,
            Health.DOUBTFUL: self.style.WARNING,
            Health.ILL: self.style.ERROR,
        }
        ill = 0
        for name, finding in examine(now=timezone.now()):
            ill += finding.health is Health.ILL
            mark = styles[finding.health](f"{finding.health:4}")
            self.stdout.write(f"{mark}  {name}: {finding.what}")
            if finding.remedy:
                self.stdout.write(f"      → {finding.remedy}")
        if ill:
            raise CommandError(
                ngettext(
                    "%(count)s thing does not work.",
                    "%(count)s things do not work.",
                    ill,
                )
                % {"count": ill}
            )
