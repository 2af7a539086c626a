"""A short name for everything that a person can see now, found without reading it.

It is another one as soon as anything in the record is different for this person, or
they may see other things. Whoever still holds the same name has seen nothing new.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import connection

from rollout.models import User

#: For each membership, and for what belongs to no programme: the newest change that is
#: complete, and how many there are beyond. The newest alone would not do: a transaction
#: that got its numbers first can end last. But what ends later was still open before,
#: so it is either newer than the newest complete change was, or one more beyond.
#: The times tell a database apart from one that was restored and went on differently.
_SIGHT = """
WITH present AS MATERIALIZED (
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_open)
SELECT m.programme_id, m.role, m.partner_id, complete.*, beyond.*
FROM present CROSS JOIN rollout_membership m
LEFT JOIN LATERAL (
    SELECT transaction, id, at FROM rollout_change
    WHERE programme_id = m.programme_id AND transaction < present.oldest_open
    ORDER BY transaction DESC, id DESC LIMIT 1) complete ON true
CROSS JOIN LATERAL (
    SELECT count(*), max(id), max(at) FROM rollout_change
    WHERE programme_id = m.programme_id AND transaction >= present.oldest_open) beyond
WHERE m.user_id = %(user)s AND m.programme_id = coalesce(%(bound_to)s, m.programme_id)
UNION ALL
SELECT NULL, NULL, NULL, complete.*, beyond.*
FROM present
LEFT JOIN LATERAL (
    SELECT transaction, id, at FROM rollout_change
    WHERE programme_id IS NULL AND transaction < present.oldest_open
    ORDER BY transaction DESC, id DESC LIMIT 1) complete ON true
CROSS JOIN LATERAL (
    SELECT count(*), max(id), max(at) FROM rollout_change
    WHERE programme_id IS NULL AND transaction >= present.oldest_open) beyond
ORDER BY 1, 2, 3
"""


def sighting_of(user: User) -> str:
    """Return the name of what an active person can see now. Costs one query.

    It covers what the feed tells of, whole: whatever is not in the record of changes
    is not in it, and neither are the day and the language.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIGHT, {"user": user.pk, "bound_to": user.bound_to})
        seen = (user.pk, user.bound_to, cursor.fetchall())
    return sha256(repr(seen).encode()).hexdigest()
