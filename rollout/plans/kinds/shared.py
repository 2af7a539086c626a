"""Keys that several kinds of entry have."""

from __future__ import annotations

from rollout.plans.schema import Spec, implied, key
from rollout.plans.values import Whole

SOURCE = key("source", "Where this is said: a short reference, not a quotation.")
CODE = key("code", "Short name by which other entries refer to this one.")
POSITION = implied("position")
NUMBER = key(
    "number",
    "Which one it is, where several have the same name; 1 if left out.",
    type=Whole(1, 999),
    is_required=False,
)
RESPONSIBLE = key("responsible", "The person who answers for it.")


def proposal(meaning: str) -> Spec:
    """Declare the mark of what the parties have not confirmed."""
    return key("proposal", meaning, column="is_proposal")
