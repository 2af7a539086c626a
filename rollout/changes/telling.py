"""An entry of the feed as programs get it, from the API and in a webhook alike."""

from __future__ import annotations

from typing import Any

from rollout.addresses import in_full
from rollout.changes.entry import Entry


def told(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON takes it: codes and keys, and nothing about people."""
    move = entry.transition
    return {
        "resource": entry.resource,
        "id": entry.object_id,
        "url": in_full(f"/api/v1/{entry.resource}/{entry.object_id}/"),
        "operation": str(entry.operation),
        "programme": entry.programme_id,
        "at": entry.at.isoformat(),
        "version": entry.version,
        "changed": list(entry.fields),
        "transition": None
        if move is None
        else {
            "name": move.name,
            "source": move.source,
            "target": move.target,
            "by": move.by,
        },
    }
