"""The outbox's statements. Each is a transaction of its own and checks the claim."""

from notifications.claims import Statements
from notifications.window import LETS, LETS_ANY

#: What every sender writes.
OUTCOMES = Statements.of(
    "notifications_message",
    code="smtp_code",
    reply="smtp_reply",
    reset=", data_started_at = NULL",
)

#: How many reminders left in the past minute, or are about to. Asked under a lock, so
#: that senders who ask at once do not both count on the same room.
UNDER_WAY = """
SELECT count(*) FROM notifications_message
WHERE awaits_window
  AND (sent_at > clock_timestamp() - interval '1 minute'
       OR state = 'pending' AND claim_token IS NOT NULL
          AND lease_until > clock_timestamp())
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('notifications.outbox.claim'))"

_DUE = """
    SELECT id FROM notifications_message
    WHERE state = 'pending' AND not_before <= %(now)s
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
      AND NOT EXISTS (SELECT FROM notifications_sendinghold)
"""

#: Claim what somebody waits for, then reminders while there is room. A row whose DATA
#: had begun belonged to a sender that died there: one more attempt of unknown outcome.
#: The lease is on the database's clock.
CLAIM = f"""
WITH notices AS MATERIALIZED ({_DUE}
      AND NOT awaits_window
    ORDER BY not_before, id
    FOR UPDATE SKIP LOCKED
    LIMIT %(batch)s
),
reminders AS MATERIALIZED ({_DUE}
      AND awaits_window
      AND (%(any_time)s
           OR {LETS.format(programme="programme_id")}
           -- Reminders of several programmes leave when any of them reminds.
           OR programme_id IS NULL AND {LETS_ANY})
    ORDER BY not_before, id
    FOR UPDATE SKIP LOCKED
    LIMIT least(%(room)s, %(batch)s - (SELECT count(*) FROM notices))
),
due AS (
    SELECT id FROM notices UNION ALL SELECT id FROM reminders
)
UPDATE notifications_message m
SET claim_token = %(token)s, attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    uncertain = uncertain + (data_started_at IS NOT NULL)::int,
    data_started_at = NULL
FROM due WHERE m.id = due.id
RETURNING m.*
"""  # noqa: S608 - constants only

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
