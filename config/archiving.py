"""Takes the ledger of former years out of the database and into encrypted files.

While everything runs: in batches, of rows that nobody writes any more. What planning or
a sender may still want stays, and a row leaves only when the file that holds it was
read back. A run that is killed leaves a row in both places at worst, never in neither.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyrage
from django.db import connection, transaction

from config.backups import CannotUse, put_in_place, recipients_of
from notifications.models import Message, Reminder

#: Reminders in one file, and in one transaction.
BATCH = 2_000

#: Of a deadline that still stands no row goes: planning would take its steps for new.
_REMINDERS = """
SELECT r.id, r.message_id,
       jsonb_build_object('table', 'notifications_reminder', 'row', r)::text
FROM notifications_reminder r
LEFT JOIN notifications_message m ON m.id = r.message_id
WHERE r.id > %(after)s AND r.send_on < %(before)s
  AND r.state NOT IN ('planned', 'held')
  AND (m.id IS NULL OR m.state <> 'pending')
  AND NOT EXISTS (SELECT FROM rollout_deadline d
                  WHERE d.kind = r.kind AND d.object_id = r.object_id)
ORDER BY r.id
LIMIT %(batch)s
FOR UPDATE OF r SKIP LOCKED
"""
#: Mails that are about nothing else, and that nothing else speaks of.
_MESSAGES = """
SELECT m.id, jsonb_build_object('table', 'notifications_message', 'row', m)::text
FROM notifications_message m
WHERE m.id = ANY(%(messages)s)
  AND NOT EXISTS (SELECT FROM notifications_reminder r
                  WHERE r.message_id = m.id AND NOT r.id = ANY(%(reminders)s))
  AND NOT EXISTS (SELECT FROM notifications_bounce b WHERE b.message_id = m.id)
  AND NOT EXISTS (SELECT FROM notifications_suppressedaddress s
                  WHERE s.message_id = m.id)
  AND NOT EXISTS (SELECT FROM notifications_responsibility n
                  WHERE n.message_id = m.id)
ORDER BY m.id
FOR UPDATE OF m SKIP LOCKED
"""


@dataclass(frozen=True)
class Archived:
    """One batch, and the file that holds it: none in a rehearsal."""

    file: Path | None
    reminders: int
    messages: int


def archive_ledger(
    directory: Path,
    *,
    before: date,
    recipients: Sequence[str],
    at: datetime,
    is_rehearsal: bool = False,
) -> Iterator[Archived]:
    """Move what was to go out before a day into files; yield each as it is done.

    ``recipients`` are public keys, as for backups. A rehearsal counts, and changes
    nothing. Raises CannotUse if a key or the directory is of no use.
    """
    keys = [] if is_rehearsal else recipients_of(recipients)
    after, number = 0, 0
    # What a rehearsal did not delete, of mails that wait for it to be gone.
    gone: list[int] = []
    while True:
        number += 1
        name = f"ledger-before-{before}-{at:%Y%m%dT%H%M%SZ}-{number:04}.ndjson.gz.age"
        with transaction.atomic():
            taken, messages, lines = _take(after=after, before=before, gone=gone)
            if not taken:
                return
            reminders = list(taken)
            file = None
            if is_rehearsal:
                left = set(taken.values()) - {None, *messages}
                gone += [one for one, mail in taken.items() if mail in left]
            else:
                file = directory / name
                _write(file, lines, keys)
                Reminder.objects.filter(pk__in=reminders).delete()
                Message.objects.filter(pk__in=messages).delete()
        after = reminders[-1]
        yield Archived(file, len(reminders), len(messages))


def _take(
    *, after: int, before: date, gone: Sequence[int]
) -> tuple[dict[int, int | None], list[int], list[str]]:
    """Return reminders' keys with their mails', mails' keys, and all rows as lines."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"after": after, "before": before, "batch": BATCH}
        cursor.execute(_REMINDERS, asked)
        found = cursor.fetchall()
        reminders = {row[0]: row[1] for row in found}
        mails = sorted({mail for mail in reminders.values() if mail is not None})
        taken = [*reminders, *gone]
        cursor.execute(_MESSAGES, {"messages": mails, "reminders": taken})
        messages = cursor.fetchall()
    lines = [*(row[2] for row in found), *(row[1] for row in messages)]
    return reminders, [row[0] for row in messages], lines


def _write(file: Path, lines: Sequence[str], keys: Sequence[Any]) -> None:
    """Write a file that lasts, and read it back; it has its name once it is whole."""
    text = "".join(f"{line}\n" for line in lines).encode()
    packed = gzip.compress(text)
    if gzip.decompress(packed) != text:
        raise CannotUse("What was packed is not what was to be kept.")
    sealed = pyrage.encrypt(packed, list(keys))
    unfinished = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(sealed)
        if unfinished.read_bytes() != sealed:
            raise CannotUse(f"{file} does not hold what was written to it.")
        put_in_place(unfinished, file)
    except OSError as error:
        raise CannotUse(f"The archive cannot be written: {error}") from None
