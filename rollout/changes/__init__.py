"""The feed of changes: what a client that keeps a copy has to read again, in order.

It is made from the record of changes as it is read. Outsiders import from this package
and never from its modules.
"""

from rollout.changes.entry import (
    RESOURCES,
    Entry,
    Operation,
    Page,
    Position,
    Transition,
)
from rollout.changes.feed import present, read
from rollout.changes.sight import rights_of
from rollout.changes.sighting import sighting_of
from rollout.changes.telling import told

__all__ = [
    "RESOURCES",
    "Entry",
    "Operation",
    "Page",
    "Position",
    "Transition",
    "present",
    "read",
    "rights_of",
    "sighting_of",
    "told",
]
