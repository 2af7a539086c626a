"""The file format: an age-encrypted tar of the dump, the files and a manifest.

The manifest names every other member with its digest, and every table with its number
of rows, so that a restore can be held to what was backed up. It comes last, because a
digest is that of what was read into the archive, whatever stands in the file later.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
import pyrage

from config.backups.keeping import put_in_place

#: Counted up when an older version of the product could not read a newer file.
FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
#: Where uploaded files stand in the archive.
FILES = "media"


class CannotUse(Exception):
    """A backup cannot be made or read; the text says why and what to do."""


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Raise CannotUse for what a disk, the database or an archive does not let happen.

    ``what`` begins the text, such as ``The backup cannot be made``.
    """
    try:
        yield
    except (OSError, psycopg.Error, tarfile.TarError, pyrage.EncryptError) as error:
        raise CannotUse(f"{what}: {str(error).strip()}") from None


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    made_at: datetime
    #: The version of the product that made it.
    version: str
    #: The server's, such as ``18.1``.
    postgresql: str
    #: Rows by table, in the same snapshot as the dump.
    rows: Mapping[str, int]
    #: SHA-256 by member of the archive; known once they are in it.
    digests: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """Return it as it stands in the archive."""
        content = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(content, indent=2, sort_keys=True).encode()

    @classmethod
    def of(cls, text: bytes) -> Manifest:
        """Read one; raise CannotUse where it is none that this version knows."""
        try:
            content: dict[str, Any] = json.loads(text)
            if content.pop("format") != FORMAT:
                raise CannotUse("The backup was made by a newer version of Rollout.")
            made_at = datetime.fromisoformat(content.pop("made_at"))
            return cls(made_at=made_at, **content)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CannotUse("The backup's manifest cannot be read.") from None


def digest_of(file: Path) -> str:
    """Return a file's SHA-256."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def recipients_of(keys: Iterable[str]) -> list[Any]:
    """Read public keys, of age or of SSH; raise CannotUse for what is none."""
    found: list[Any] = []
    for key in keys:
        kind = pyrage.ssh if key.startswith("ssh-") else pyrage.x25519
        try:
            found.append(kind.Recipient.from_str(key))
        except pyrage.RecipientError:
            raise CannotUse(f"{key[:24]}… is not a public key of age or SSH.") from None
    if not found:
        raise CannotUse("A backup needs a public key: set BACKUP_RECIPIENTS.")
    return found


def identities_in(file: Path) -> list[Any]:
    """Read the secret keys in a file; raise CannotUse where there are none."""
    try:
        text = file.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise CannotUse(f"{file} cannot be read as a file of secret keys.") from None
    try:
        if "OPENSSH PRIVATE KEY" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        keys = [line for line in text.split() if line.startswith("AGE-SECRET-KEY-")]
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise CannotUse(f"{file} holds no secret key of age or SSH.")
    return found


def make_key(file: Path) -> str:
    """Write a new secret key where only this account reads; return the public one."""
    identity = pyrage.x25519.Identity.generate()
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def pack(
    target: Path,
    *,
    manifest: Manifest,
    members: Mapping[str, Path],
    recipients: Sequence[Any],
    work: Path,
) -> None:
    """Write the archive; it has its name only once it is complete.

    A member that is gone is left out. ``work`` is on the same disk as the target.
    """
    plain = work / "plain.tar"
    with tarfile.open(plain, "w", dereference=True) as tar:
        digests = {
            name: digest
            for name, file in members.items()
            if (digest := _add(tar, name, file))
        }
        (work / MANIFEST).write_bytes(replace(manifest, digests=digests).as_json())
        _add(tar, MANIFEST, work / MANIFEST)
    sealed = work / "sealed"
    # `encrypt_file` would not tell of a disk that is full at its very end.
    with plain.open("rb") as content, sealed.open("wb") as written:
        pyrage.encrypt_io(content, written, list(recipients))
    put_in_place(sealed, target)


def _add(tar: tarfile.TarFile, name: str, file: Path) -> str | None:
    """Return the digest of what went into the archive; None where there is no file."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        return None
    with content:
        read = _Digested(content)
        # What is added to the file from now on is not read.
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=content), read)
        return read.digest.hexdigest()


class _Digested:
    """A file of which is known what was read from it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, length: int = -1) -> bytes:
        """Read on."""
        read = self._content.read(length)
        self.digest.update(read)
        return read


def unpack(source: Path, *, identities: Sequence[Any], work: Path) -> Manifest:
    """Decrypt an archive into a directory and hold it to its manifest.

    Raises CannotUse if no key fits, or a member is missing or not what it was.
    """
    plain = work / "plain.tar"
    try:
        with source.open("rb") as sealed, plain.open("wb") as content:
            pyrage.decrypt_io(sealed, content, list(identities))
    except (pyrage.DecryptError, OSError) as error:
        raise CannotUse(
            f"{source.name} cannot be decrypted with this key: {error}"
        ) from None
    with tarfile.open(plain) as tar:
        tar.extractall(work, filter="data")
    plain.unlink()
    manifest = Manifest.of((work / MANIFEST).read_bytes())
    wrong = [
        name
        for name, digest in manifest.digests.items()
        if not (work / name).is_file() or digest_of(work / name) != digest
    ]
    if wrong:
        raise CannotUse(f"Damaged or missing in the backup: {', '.join(wrong)}.")
    return manifest
