"""Database triggers that hold state and history to their word, whoever writes.

Each object's records form a chain: a record's hash covers its content and the hash
before it. Reasons enter the hash as a digest kept beside them and people as their key,
so that erasing a person's name never breaks the chain.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models

from workflows.machine import rules_of

#: Set to ``on`` for the rest of a transaction that removes examples.
DISPOSING = "workflows.disposing"

#: What is hashed, in this order, for the row alias ``{r}``. Times enter as epoch
#: microseconds because their text form depends on the session's time zone.
_HASHED = (
    "{r}.previous_hash",
    "{r}.{subject}::text",
    "{r}.sequence::text",
    "{r}.transition",
    "{r}.source",
    "{r}.target",
    "coalesce({r}.by_id::text, '')",
    "(extract(epoch from {r}.at) * 1000000)::bigint::text",
    "{r}.reason_digest",
    "{r}.overridden::text",
    "{r}.version::text",
)


#: What a reason enters the hash as, for the row alias ``{r}``.
DIGEST_OF_REASON = "encode(sha256(convert_to({r}.reason, 'UTF8')), 'hex')"


def hash_sql(row: str, subject: str) -> str:
    """Return the SQL that computes the hash of one record."""
    parts = ", ".join(part.format(r=row, subject=subject) for part in _HASHED)
    return f"encode(sha256(convert_to(concat_ws(chr(31), {parts}), 'UTF8')), 'hex')"


def state_triggers(*, history: str, subject: str, initial: str) -> list[Any]:
    """Triggers for a stateful table: no state without its history row.

    ``history`` is the record table's name, ``subject`` the column in it that points
    here, ``initial`` the state in which every row begins.
    """
    return [
        pgtrigger.Trigger(
            name="begins_in_initial_state",
            operation=pgtrigger.Insert,
            when=pgtrigger.Before,
            condition=pgtrigger.Condition(f"NEW.state <> '{initial}'"),
            func=(
                "RAISE EXCEPTION 'a new row begins in the state"
                f" {initial}, not %', NEW.state USING ERRCODE = 'check_violation';"
            ),
        ),
        pgtrigger.Trigger(
            name="state_follows_history",
            operation=pgtrigger.UpdateOf("state"),
            when=pgtrigger.Before,
            condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
            func=f"""
                IF NEW.state IS DISTINCT FROM (
                    SELECT target FROM {history} WHERE {subject} = NEW.id
                    ORDER BY sequence DESC LIMIT 1
                ) THEN
                    RAISE EXCEPTION
                        'state of % % may not become %: no transition says so',
                        TG_TABLE_NAME, NEW.id, NEW.state
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            """,
        ),
        version_trigger(),
    ]


def version_trigger(*columns: str) -> Any:
    """Trigger that raises the version of a row with every change that forgot to.

    Only changes of these columns count, where some are named.
    """
    return pgtrigger.Trigger(
        name="version_moves",
        operation=pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(
            "OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version"
        ),
        func="NEW.version := OLD.version + 1; RETURN NEW;",
    )


def record_triggers(
    *,
    table: str,
    of: type[models.Model],
    subject: str,
    disposable: bool,
) -> list[Any]:
    """Triggers for a history table: numbered and hashed on insert, then immutable.

    ``table`` is the record table, ``of`` the stateful model, ``subject`` the column
    that points to it. Only declared transitions are recorded, and ``adopt`` only as
    the first record. With ``disposable`` the history of an object whose
    ``is_example`` is true (a column that never changes) may be deleted inside
    :func:`workflows.history.disposing`.
    """
    steps = ", ".join(
        f"('{rule.name}', '{source}', '{rule.target}')"
        for rule in rules_of(of).values()
        for source in sorted(rule.sources)
    )
    objects = of._meta.db_table
    spared = (
        f"""
        IF TG_OP = 'DELETE' AND current_setting('{DISPOSING}', true) = 'on'
            AND EXISTS (
                SELECT 1 FROM {objects} WHERE id = OLD.{subject} AND is_example
            ) THEN
            RETURN OLD;
        END IF;
        """
        if disposable
        else ""
    )
    return [
        pgtrigger.Trigger(
            name="links_chain",
            operation=pgtrigger.Insert,
            when=pgtrigger.Before,
            declare=[("last", "RECORD"), ("present", "TEXT")],
            func=f"""
                SELECT state INTO present FROM {objects} WHERE id = NEW.{subject}
                    FOR NO KEY UPDATE;
                SELECT sequence, hash, target INTO last FROM {table}
                    WHERE {subject} = NEW.{subject} ORDER BY sequence DESC LIMIT 1;
                IF NEW.source IS DISTINCT FROM present
                    OR NEW.source <> coalesce(last.target, NEW.source) THEN
                    RAISE EXCEPTION 'history of % % must go on from %, not %',
                        '{objects}', NEW.{subject}, present, NEW.source
                        USING ERRCODE = 'check_violation';
                END IF;
                IF (NEW.transition, NEW.source, NEW.target) NOT IN ({steps})
                    AND NOT (NEW.transition = 'adopt' AND last.sequence IS NULL) THEN
                    RAISE EXCEPTION 'no transition % leads from % to %',
                        NEW.transition, NEW.source, NEW.target
                        USING ERRCODE = 'check_violation';
                END IF;
                NEW.sequence := coalesce(last.sequence, 0) + 1;
                NEW.previous_hash := coalesce(last.hash, '');
                NEW.reason_digest := {DIGEST_OF_REASON.format(r="NEW")};
                NEW.hash := {hash_sql("NEW", subject)};
                RETURN NEW;
            """,
        ),
        *append_only_triggers(spared),
    ]


def written_once(*columns: str) -> list[Any]:
    """Triggers for rows of which these columns stay as they were first written.

    Rows go with what they hang on and with nothing else; a person who is erased is
    only unnamed.
    """
    return [
        pgtrigger.Trigger(
            name="written_once",
            operation=pgtrigger.UpdateOf(*columns),
            when=pgtrigger.Before,
            condition=pgtrigger.Condition(
                f"ROW({', '.join(f'OLD.{one}' for one in columns)})"
                f" IS DISTINCT FROM ROW({', '.join(f'NEW.{one}' for one in columns)})"
            ),
            func=(
                "RAISE EXCEPTION 'a row of % is written once', TG_TABLE_NAME"
                " USING ERRCODE = 'insufficient_privilege';"
            ),
        ),
    ]


def append_only_triggers(spared: str = "") -> list[Any]:
    """Triggers for a table whose rows are written once and stay.

    ``spared`` is PL/pgSQL that comes first and may return the row to let it go.
    """
    refuse = (
        "RAISE EXCEPTION 'history is append-only: % on % refused',"
        " TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';"
    )
    return [
        pgtrigger.Trigger(
            name="append_only",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func=spared + refuse,
        ),
        pgtrigger.Trigger(
            name="never_truncated",
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            level=pgtrigger.Statement,
            func=refuse,
        ),
    ]
