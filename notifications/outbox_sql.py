"""The outbox's statements. Each is a transaction of its own and checks the claim."""

from notifications.claims import Statements

#: What every sender writes.
OUTCOMES = Statements.of(
    "notifications_message",
    code="smtp_code",
    reply="smtp_reply",
    reset=", data_started_at = NULL",
)

#: Claim. A row whose DATA had begun belonged to a sender that died there: one more
#: attempt of unknown outcome. The lease is on the database's clock.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_message
    WHERE state = 'pending' AND not_before <= %(now)s
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
      AND (%(any_time)s OR NOT awaits_window
           OR programme_id = ANY(%(programmes)s::bigint[])
           -- Reminders of several programmes leave when any of them reminds.
           OR programme_id IS NULL AND cardinality(%(programmes)s::bigint[]) > 0)
    ORDER BY not_before, id
    FOR UPDATE SKIP LOCKED
    LIMIT %(batch)s
)
UPDATE notifications_message m
SET claim_token = %(token)s, attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    uncertain = uncertain + (data_started_at IS NOT NULL)::int,
    data_started_at = NULL
FROM due WHERE m.id = due.id
RETURNING m.*
"""

#: Dead senders, too often: a person must decide.
GIVE_UP_UNCERTAIN = """
UPDATE notifications_message
SET state = 'uncertain', uncertain = uncertain + 1, claim_token = NULL,
    last_error = 'the sender died after handing the mail over'
WHERE state = 'pending' AND data_started_at IS NOT NULL
  AND lease_until < clock_timestamp() AND uncertain >= %(resends)s
"""

#: Just before DATA. No row: somebody else has claimed the message since.
FENCE = """
UPDATE notifications_message
SET data_started_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    kind = %(kind)s, to_address = %(to)s, sender = %(sender)s,
    reply_to = %(reply_to)s, subject = %(subject)s, text = %(text)s,
    html = %(html)s, body_sha256 = %(digest)s
WHERE id = %(id)s AND claim_token = %(token)s AND state = 'pending'
"""

#: Handed over, no answer: wait, then a further copy, or leave it to a person.
UNKNOWN = """
UPDATE notifications_message
SET uncertain = uncertain + 1,
    state = CASE WHEN uncertain >= %(resends)s THEN 'uncertain' ELSE 'pending' END,
    not_before = %(wait_until)s, last_error = %(error)s,
    claim_token = NULL, lease_until = NULL, data_started_at = NULL
WHERE id = %(id)s AND claim_token = %(token)s
"""

#: The address is refused for good: nothing more goes there.
SUPPRESS = """
WITH refused AS (
    UPDATE notifications_message
    SET state = 'suppressed', smtp_code = %(code)s, last_error = %(error)s,
        claim_token = NULL, lease_until = NULL, data_started_at = NULL
    WHERE id = %(id)s AND claim_token = %(token)s
    RETURNING id
)
INSERT INTO notifications_suppressedaddress
    (address, reason, kind, message_id, suppressed_at)
SELECT lower(%(address)s), %(error)s, 'hard', id, %(now)s FROM refused
ON CONFLICT DO NOTHING
"""
