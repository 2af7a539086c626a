"""Adding, changing and removing what the year wheel shows: fixed points, meetings."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from rollout.models import Meeting, Occasion, SettingArea, User, Verb
from rollout.services.ground import Invalid, require
from rollout.services.setting import note_change

#: What managers keep in the year wheel.
YearEntry = Occasion | Meeting


@transaction.atomic
def keep_in_year(entry: YearEntry, *, by: User, at: datetime) -> YearEntry:
    """Save a new or changed entry of the year.

    Raises Invalid for what cannot be, such as one that there is already.
    """
    require(by, "rollout.edit_programme", entry.programme)
    verb = Verb.CHANGED if entry.pk else Verb.ADDED
    try:
        entry.full_clean()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    entry.save()
    _note(entry, verb, by=by, at=at)
    return entry


@transaction.atomic
def remove_from_year(entry: YearEntry, *, by: User, at: datetime) -> None:
    """Remove an entry of the year."""
    require(by, "rollout.edit_programme", entry.programme)
    _note(entry, Verb.REMOVED, by=by, at=at)
    entry.delete()


def _note(entry: YearEntry, verb: Verb, *, by: User, at: datetime) -> None:
    note_change(entry.programme, SettingArea.YEAR, verb, str(entry), by=by, at=at)
