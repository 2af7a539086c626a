"""The cursor of the feed of changes: where a client stands, and for whom it is good."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from rollout.api.problems import Gone
from rollout.changes import Position
from rollout.changes.record import Present

#: For how long a client may stay away and still go on where it was.
GOOD_FOR = timedelta(days=90)

_FORM = re.compile(
    r"1\.([0-9a-f]{1,15})\.([0-9a-f]{1,15})\.(\d{1,7})\.([0-9a-f]{12})\.([0-9a-f]{1,16})",
    re.ASCII,
)


@dataclass(frozen=True)
class Cursor:
    """A position, and all that makes it worth something."""

    position: Position
    #: When a client was last told to go on from here.
    day: date
    #: What the client was allowed to see; see `changes.Rights`.
    rights: str
    #: In which database the position is one.
    database: int

    def __str__(self) -> str:
        text = (
            f"1.{self.position.transaction:x}.{self.position.number:x}"
            f".{self.day.toordinal()}.{self.rights}.{self.database:x}"
        )
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def check(self, now: Present, *, rights: str, today: date) -> None:
        """Raise Gone where a client that went on from here could miss something."""
        if self.database != now.database:
            raise Gone(_("The database is another one than it was."))
        if self.position.transaction > now.next_transaction:
            raise Gone(_("The database was put back to an earlier time."))
        if self.rights != rights:
            raise Gone(_("What you may see has changed altogether."))
        if today - self.day > GOOD_FOR:
            raise Gone(_("The cursor is older than 90 days."))


def parse(text: str) -> Cursor:
    """Read a cursor. Raises ValidationError for what is none."""
    try:
        return _parsed(text)
    except (ValueError, OverflowError):
        raise serializers.ValidationError(
            {"since": [_("This is no cursor of this feed.")]}, code="invalid_cursor"
        ) from None


def _parsed(text: str) -> Cursor:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    found = _FORM.fullmatch(urlsafe_b64decode(padded).decode("ascii"))
    if found is None:
        raise ValueError(text)
    transaction, number, day, rights, database = found.groups()
    return Cursor(
        position=Position(int(transaction, 16), int(number, 16)),
        day=date.fromordinal(int(day)),
        rights=rights,
        database=int(database, 16),
    )
