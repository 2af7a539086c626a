"""Replaces words in every text that the database holds, whatever table it stands in.

It asks PostgreSQL which columns there are, so that tables of tomorrow, and those of
other packages, are in it too. History that nobody may change is changed here all the
same: that is why a person's name stands outside the hashes.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import structlog
from django.core.files.storage import default_storage
from django.db import connection, transaction

log = structlog.get_logger(__name__)

_COLUMNS = """
SELECT c.table_name, c.column_name, c.udt_name,
       coalesce(c.character_maximum_length,
                CASE WHEN c.udt_name = '_varchar' AND a.atttypmod > 4
                     THEN a.atttypmod - 4 END)
FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
JOIN pg_attribute a
  ON a.attrelid = to_regclass(quote_ident(c.table_name))
 AND a.attname = c.column_name
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
  AND c.udt_name IN ('text', 'varchar', 'json', 'jsonb', '_text', '_varchar', 'bytea')
  AND c.is_generated = 'NEVER' AND c.is_identity = 'NO'
ORDER BY c.table_name, c.ordinal_position
"""
#: What neither holds words of people nor may be touched.
_NOT_OURS = frozenset(("django_migrations", "django_content_type", "auth_permission"))


@dataclass(frozen=True)
class Column:
    """A column that can hold words."""

    table: str
    name: str
    #: PostgreSQL's name of its type.
    type: str
    #: How many characters fit in, or in each entry; None: as many as there are.
    length: int | None

    @property
    def quoted(self) -> str:
        """Its name in SQL."""
        return connection.ops.quote_name(self.name)


def columns() -> list[Column]:
    """Return every column of every table that can hold words."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        found = [Column(*row) for row in cursor.fetchall()]
    return [one for one in found if one.table not in _NOT_OURS]


def pattern_of(words: str) -> str:
    """Return a pattern, for PostgreSQL and Python alike, of some words as they stand.

    Whatever their case and however they are written in JSON, HTML or an address; not
    as a part of a longer word or address.
    """
    cases = {words, words.lower(), words.upper()}
    forms = {
        form
        for case in cases
        for form in (
            case,
            json.dumps(case)[1:-1],
            json.dumps(case, ensure_ascii=False)[1:-1],
            html.escape(case),
            quote(case),
        )
    }
    either = "|".join(re.escape(form) for form in sorted(forms))
    return rf"(?<![-\w.+])(?:{either})(?![-\w]|[.]\w)"


#: All that is kept is read through, which takes longer than a page may.
_UNHURRIED = """
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0
"""


@transaction.atomic
def replace_everywhere(words: Mapping[str, str]) -> dict[str, int]:
    """Replace each of the words in every table; return how many rows each changed.

    The caller lets triggers be (``pgtrigger.ignore``): not what a row is about is
    changed, only what somebody is called in it. The rest of the caller's transaction
    may take as long as it needs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNHURRIED)
    by_table: dict[str, list[Column]] = {}
    for column in columns():
        by_table.setdefault(column.table, []).append(column)
    changed = {}
    for table, found in by_table.items():
        rows = _replace_texts(table, found, words) + _replace_bytes(found, words)
        if rows:
            changed[table] = rows
    return changed


def _replace_texts(table: str, found: list[Column], words: Mapping[str, str]) -> int:
    texts = [one for one in found if one.type != "bytea"]
    if not texts:
        return 0
    pairs = [part for old, new in words.items() for part in (pattern_of(old), new)]
    sets = ", ".join(f"{one.quoted} = {_replaced(one, len(words))}" for one in texts)
    test = " OR ".join(["{}::text ~* %s"] * len(words))
    tests = " OR ".join(test.replace("{}", one.quoted) for one in texts)
    with connection.cursor() as cursor:
        # Names of tables and columns come from PostgreSQL itself.
        cursor.execute(
            f"UPDATE {connection.ops.quote_name(table)} SET {sets} WHERE {tests}",  # noqa: S608
            [*pairs * len(texts), *pairs[::2] * len(texts)],
        )
        changed: int = cursor.rowcount
    return changed


def _replaced(column: Column, count: int) -> str:
    """Return the SQL of a column's value with everything replaced."""
    value = f"{column.quoted}::text"
    for _ in range(count):
        value = f"regexp_replace({value}, %s, %s, 'gi')"
    if column.length and column.type.startswith("_"):
        # Entries are cut one by one; an array that is not there stays away.
        cut = f"SELECT left(x, {column.length}) FROM unnest(({value})::text[]) x"  # noqa: S608
        value = f"CASE WHEN {column.quoted} IS NULL THEN NULL ELSE ARRAY({cut}) END"
    elif column.length:
        value = f"left({value}, {column.length})"
    kind = {"_text": "text[]", "_varchar": "varchar[]"}.get(column.type, column.type)
    return f"({value})::{kind}"


def _replace_bytes(found: Iterable[Column], words: Mapping[str, str]) -> int:
    """Do the same in files that are kept as bytes, if they are text."""
    changed = 0
    for column in found:
        if column.type != "bytea":
            continue
        table = connection.ops.quote_name(column.table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ctid::text, {column.quoted} FROM {table}")  # noqa: S608
            for place, content in cursor.fetchall():
                if content is None:
                    continue
                fresh = _in_bytes(bytes(content), words)
                if fresh != bytes(content):
                    cursor.execute(
                        f"UPDATE {table} SET {column.quoted} = %s"  # noqa: S608
                        " WHERE ctid = %s::tid",
                        [fresh, place],
                    )
                    changed += 1
    return changed


def _in_bytes(content: bytes, words: Mapping[str, str]) -> bytes:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    for old, new in words.items():
        text = re.sub(
            pattern_of(old), new.replace("\\", r"\\"), text, flags=re.IGNORECASE
        )
    return text.encode()


def rewrite_files(words: Mapping[str, str]) -> None:
    """Replace each of the words in the uploaded files that are text.

    For one that cannot be read or written there is a line in the log, without its
    name, which may be the person's; the others are done.
    """
    for path, content in _files_that_name(words):
        fresh = _in_bytes(content, words)
        if fresh == content:
            continue
        try:
            path.write_bytes(fresh)
        except OSError as error:
            log.warning(
                "file not rewritten", folder=path.parent.name, why=error.strerror
            )


def packed_files_that_name(words: Mapping[str, str]) -> list[str]:
    """Return the uploaded files that are no text and in which one of the words stands.

    What a file holds packed, as most PDF files do, is not seen.
    """
    root = Path(default_storage.location)  # type: ignore[attr-defined]  # on a disk
    return [
        str(path.relative_to(root))
        for path, content in _files_that_name(words)
        if _in_bytes(content, words) == content
    ]


def _files_that_name(words: Iterable[str]) -> Iterator[tuple[Path, bytes]]:
    """Yield each file in which one of the words stands, and what it holds."""
    patterns = [re.compile(pattern_of(one).encode(), re.IGNORECASE) for one in words]
    for path in sorted(Path(default_storage.location).rglob("*")):  # type: ignore[attr-defined]
        if not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            log.warning("file not read", folder=path.parent.name, why=error.strerror)
            continue
        if any(one.search(content) for one in patterns):
            yield path, content
