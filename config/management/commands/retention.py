"""Throws away what is older than its period, or only says what that would be."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.retention import keep_periods, told


class Command(BaseCommand):
    """`manage.py retention --dry-run`."""

    help = "Throw away what is older than its period (RETENTION_…_DAYS)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the rehearsal."""
        parser.add_argument(
            "--dry-run", action="store_true", help="only count, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and print a line for each period."""
        kept = keep_periods(now=timezone.now(), is_rehearsal=options["dry_run"])
        self.stdout.write(told(kept))
