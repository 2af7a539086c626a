"""What a page says when something that was posted is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rollout.web.forms import Form
from rollout.web.history import Entry
from workflows.guards import Reason


@dataclass(frozen=True)
class Trouble:
    """Why what somebody posted was refused, and what they had written."""

    #: "blocked", "stale", "invalid", or "resumed" after a login that had expired.
    kind: str
    #: Key of the form that was posted.
    form: str
    text: str = ""
    reasons: Sequence[Reason] = ()
    #: What others did in the meantime.
    meanwhile: Sequence[Entry] = ()
    #: What was posted, so that nobody has to write it again.
    data: Mapping[str, Any] = field(default_factory=dict)


class PageWithForms:
    """A page whose forms come back as they were filled in when one was refused."""

    trouble: Trouble | None

    def form(self, form: type[Form], key: str, **kwargs: Any) -> Any:
        """Return a form, filled with what was posted to it and refused just now."""
        kwargs["prefix"] = key
        if self.trouble and self.trouble.form == key:
            # Hidden fields follow the page, not the past: a version that was stale
            # must not be posted again.
            posted = {**self.trouble.data}
            for name, value in kwargs.get("initial", {}).items():
                if form.base_fields[name].widget.is_hidden:
                    posted[f"{key}-{name}"] = value
            return form(posted, **kwargs)
        return form(**kwargs)

    def is_open(self, key: str) -> bool:
        """Say whether the form with this key was refused just now."""
        return self.trouble is not None and self.trouble.form == key
