"""What a page says when something that was posted is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rollout.web.history import Entry
from workflows.guards import Reason


@dataclass(frozen=True)
class Trouble:
    """Why what somebody posted was refused, and what they had written."""

    #: "blocked", "stale" or "invalid".
    kind: str
    #: Key of the form that was posted.
    form: str
    text: str = ""
    reasons: Sequence[Reason] = ()
    #: What others did in the meantime.
    meanwhile: Sequence[Entry] = ()
    #: What was posted, so that nobody has to write it again.
    data: Mapping[str, Any] = field(default_factory=dict)
