"""Proves that no record of any history was changed, added or removed."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from workflows.anchors import Anchor, broken
from workflows.history import Fault, record_models, verify

_MEANING = {
    "hash": "its content is not what was written",
    "link": "it does not follow from the record before it",
    "gap": "a record before it is missing",
    "reason": "the reason is not what was written, and nobody was erased from it",
    "source": "it does not start where the record before it ended",
    "state": "the object's state is not what its newest record says",
}


class Command(BaseCommand):
    """``manage.py verify_history``: exit status 0 when every chain holds, else 1."""

    help = "Recompute the hash chains of all histories and name what does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where anchors are."""
        parser.add_argument(
            "--anchors", type=Path, help="file of anchors to compare with, one a line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify each history table and print one line for it."""
        faults: list[Fault] = []
        for model in record_models():
            started = time.perf_counter()
            found = list(verify(model))
            seconds = time.perf_counter() - started
            faults += found
            self.stdout.write(
                _("%(table)s: %(count)s records, %(faults)s faults, %(seconds).2f s")
                % {
                    "table": model._meta.db_table,
                    "count": model._base_manager.count(),
                    "faults": len(found),
                    "seconds": seconds,
                }
            )
        for fault in faults:
            self.stderr.write(_describe(fault))
        cut = self._compare(options["anchors"]) if options["anchors"] else 0
        if faults or cut:
            raise CommandError(_("The history does not hold."))
        self.stdout.write(self.style.SUCCESS(_("The history holds.")))

    def _compare(self, file: Path) -> int:
        """Name each table that is not what an anchor says; return how many."""
        found = 0
        for line in filter(None, file.read_text(encoding="utf-8").splitlines()):
            anchor = Anchor.from_line(line)
            for table in broken(anchor):
                found += 1
                self.stderr.write(
                    f"{table}: not what the anchor of {anchor.at} says: records of"
                    " that time were cut off, added or changed"
                )
        return found


def _describe(fault: Fault) -> str:
    record = "-" if fault.record is None else str(fault.record)
    return (
        f"{fault.table} record {record} (object {fault.subject}, "
        f"number {fault.sequence}): {fault.code}: {_MEANING[fault.code]}"
    )
