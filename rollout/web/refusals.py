"""What a page says when something that was posted is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

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
    data: QueryDict = field(default_factory=QueryDict)
    #: Files that were posted; browsers want them chosen again.
    files: MultiValueDict[str, Any] = field(default_factory=MultiValueDict)


class PageWithForms:
    """A page whose forms come back as they were filled in when one was refused."""

    trouble: Trouble | None
    #: The form that was refused just now, once the page has made it.
    refused_form: Form | None = None

    def form(self, form: type[Form], key: str, **kwargs: Any) -> Any:
        """Return a form, filled with what was posted to it and refused just now."""
        kwargs["prefix"] = key
        if self.trouble and self.trouble.form == key:
            posted = self.trouble.data.copy()
            # The version follows the page: a stale one must not be posted again.
            if "version" in kwargs.get("initial", {}):
                posted[f"{key}-version"] = kwargs["initial"]["version"]
            self.refused_form = form(posted, self.trouble.files, **kwargs)
            return self.refused_form
        return form(**kwargs)

    def is_open(self, key: str) -> bool:
        """Say whether the form with this key was refused just now."""
        return self.trouble is not None and self.trouble.form == key
