"""Files that come with an answer: what may come in, and under which name it is kept."""

from __future__ import annotations

from pathlib import PurePath
from uuid import uuid4

from django.core.files.base import File
from django.utils.translation import gettext as _

from notifications.email import one_line
from rollout.services import Invalid

#: Largest file, in bytes.
LARGEST = 10_000_000
#: How a file of each kind begins, by the ending of its name.
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
TYPES = {
    "pdf": b"%PDF-",
    "docx": _ZIP,
    "xlsx": _ZIP,
    "odt": _ZIP,
    "ods": _ZIP,
    "doc": _OLE,
    "xls": _OLE,
    "png": b"\x89PNG\r\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
}
#: Longest name that is kept.
_NAME_LENGTH = 200


def check(file: File[bytes]) -> None:
    """Raise Invalid for a file that is too large, or not what its name says."""
    if (file.size or 0) > LARGEST:
        raise Invalid(_("The file is larger than 10 MB."))
    begins = TYPES.get(_ending(file))
    if begins is None:
        raise Invalid(
            _("Files of this kind cannot be taken. These can: %(types)s.")
            % {"types": ", ".join(TYPES)}
        )
    file.seek(0)
    is_that = file.read(len(begins)) == begins
    file.seek(0)
    if not is_that:
        raise Invalid(_("The file is not what its name says."))


def name_of(file: File[bytes]) -> str:
    """Return what the person called the file, without its path, for display."""
    name = one_line(PurePath((file.name or "").replace("\\", "/")).name)
    return name[-_NAME_LENGTH:] or _("file")


def own_name(file: File[bytes]) -> str:
    """Return the name under which it is kept: nothing of it is the sender's but its
    ending, which :func:`check` has looked at.
    """
    return f"{uuid4().hex}.{_ending(file)}"


def _ending(file: File[bytes]) -> str:
    return PurePath(file.name or "").suffix.lower().removeprefix(".")
