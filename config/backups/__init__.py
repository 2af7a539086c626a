"""Backups: one encrypted file with the database and all uploaded files, and the proof
that it can be restored.

Outsiders import from this package and never from its modules.
"""

from config.backups.archive import CannotUse, Manifest, recipients_of
from config.backups.drill import Report, drill
from config.backups.keeping import newest, prune, put_in_place
from config.backups.making import back_up
from config.backups.restoring import Restored, restore

__all__ = [
    "CannotUse",
    "Manifest",
    "Report",
    "Restored",
    "back_up",
    "drill",
    "newest",
    "prune",
    "put_in_place",
    "recipients_of",
    "restore",
]
