"""What planning reads and the record of changes lacks leaves a row when it is touched.

One function, and on each table a trigger that says in which way a row concerns planning.
"""

FUNCTION = """
CREATE FUNCTION notifications_touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;
    CASE TG_ARGV[0]
    WHEN 'everything' THEN
        INSERT INTO notifications_touched DEFAULT VALUES;
    -- Without a programme it is everybody's.
    WHEN 'programme' THEN
        INSERT INTO notifications_touched (programme_id) VALUES (r.programme_id);
    WHEN 'person' THEN
        INSERT INTO notifications_touched (person_id) VALUES (r.id);
    WHEN 'address' THEN
        INSERT INTO notifications_touched (person_id)
        SELECT id FROM rollout_user WHERE lower(email) = lower(r.address);
    WHEN 'message' THEN
        INSERT INTO notifications_touched (programme_id)
        SELECT r.programme_id WHERE r.programme_id IS NOT NULL
        UNION SELECT programme_id FROM notifications_reminder WHERE message_id = r.id;
    END CASE;
    RETURN NULL;
END $$;
"""

#: By table: in which way a row concerns planning; which updates do, if not all; and
#: which operations.
_ALL = "INSERT OR UPDATE OR DELETE"
_TRIGGERS = (
    ("notifications_ladder", "everything", "", _ALL),
    ("notifications_ladderstep", "everything", "", _ALL),
    # With its days, which are written in the same transaction.
    ("notifications_calendar", "programme", "", _ALL),
    ("notifications_answer", "programme", "", _ALL),
    ("notifications_suppressedaddress", "address", "", "INSERT OR DELETE"),
    (
        "notifications_suppressedaddress",
        "address",
        "(OLD.address, OLD.lifted_at) IS DISTINCT FROM (NEW.address, NEW.lifted_at)",
        "UPDATE",
    ),
    # Logging in changes nothing that planning reads. That somebody is new or gone shows
    # in their memberships.
    (
        "rollout_user",
        "person",
        "to_jsonb(OLD) - 'last_login' <> to_jsonb(NEW) - 'last_login'",
        "UPDATE",
    ),
    # What planning writes itself it has seen, and what goes into a message is as it was
    # planned. What is taken out of one is to be looked at.
    (
        "notifications_reminder",
        "programme",
        "OLD.state = 'merged' AND NEW.state <> 'merged'",
        "UPDATE",
    ),
    # A reminder counts as told since the day on which it went into its message. Sent on
    # the day on which that was made, nothing is different.
    (
        "notifications_message",
        "message",
        """
        (OLD.state, OLD.bounced_at) IS DISTINCT FROM (NEW.state, NEW.bounced_at)
        AND NOT (OLD.state = 'pending' AND NEW.state = 'sent'
                 AND NEW.bounced_at IS NULL
                 AND (NEW.created_at AT TIME ZONE 'Europe/Copenhagen')::date
                     = (NEW.sent_at AT TIME ZONE 'Europe/Copenhagen')::date)
        """,
        "UPDATE",
    ),
)


def _name(operations: str) -> str:
    return f"notifications_touched{'_update' if operations == 'UPDATE' else ''}"


CREATE = FUNCTION + "".join(
    f"""
CREATE TRIGGER {_name(operations)} AFTER {operations} ON {table}
    FOR EACH ROW {f"WHEN ({when})" if when else ""}
    EXECUTE FUNCTION notifications_touch('{way}');
"""
    for table, way, when, operations in _TRIGGERS
)
DROP = (
    "".join(
        f"DROP TRIGGER {_name(operations)} ON {table};\n"
        for table, _way, _when, operations in _TRIGGERS
    )
    + "DROP FUNCTION notifications_touch();"
)
