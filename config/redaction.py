"""Takes secrets, such as links' tokens, out of what is logged or reported."""

import logging
import re

_SECRET = re.compile(r"(?<=/)[-\w]{40,}", re.ASCII)


class MaskSecrets(logging.Filter):
    """Masks the paths that Django itself writes into its log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without secrets."""
        record.msg, record.args = masked(record.getMessage()), ()
        return True


def masked(text: str) -> str:
    """Return a path, or a line with paths in it, without secrets such as links' tokens.

    Whatever is as long as a secret is taken for one, wherever it stands: an address may
    be mistyped, or redirected before it is looked up, with the secret still in it.
    """
    return _SECRET.sub("…", text)
