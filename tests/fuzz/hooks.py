"""Points cases at what exists, so that more than "not found" is exercised."""

import os
from typing import Any

import schemathesis

#: The token with which the tool asks; revoked, it would end the run.
OWN_TOKEN = int(os.environ.get("FUZZ_TOKEN", "0"))
#: There are no more things of a kind than this, and the newest has a larger key.
FEW = 60


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give two of three good cases the key of a real thing and its present version."""
    keys = case.path_parameters or {}
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for name, key in keys.items():
            if isinstance(key, int) and key % 3:
                keys[name] = key % FEW + 1
        if "If-Match" in (case.headers or {}) and len(str(case.headers)) % 3:
            case.headers["If-Match"] = "*"
    is_revoked = case.operation.path.startswith("/api/v1/tokens/")
    if case.method == "DELETE" and is_revoked and keys.get("id") == OWN_TOKEN:
        keys["id"] = OWN_TOKEN + 10**6
