"""Says why a reminder is called off: what became of its deadline, step or addressee.

Part of the statement in :mod:`notifications.reminders` that settles the ledger. The
codes are told in words by :mod:`notifications.wording`.
"""

#: What became of a deadline that is none any more, of the row ``l``.
_ENDED = """
coalesce(CASE l.kind
    WHEN 'milestone' THEN (
        SELECT CASE WHEN (SELECT a.state FROM rollout_activity a
                          WHERE a.id = m.activity_id) = 'discontinued'
                        THEN 'discontinued'
                    WHEN m.state = 'dropped' THEN 'dropped'
                    WHEN m.state = 'open' THEN 'undated' ELSE 'finished' END
        FROM rollout_milestone m WHERE m.id = l.object_id)
    WHEN 'data_request' THEN (
        SELECT CASE WHEN (SELECT v.status FROM rollout_answering w
                          JOIN rollout_measurement v ON v.id = w.measurement_id
                          WHERE w.request_id = q.id) IN ('submitted', 'approved')
                    THEN 'delivered' ELSE 'finished' END
        FROM rollout_datarequest q WHERE q.id = l.object_id)
    WHEN 'condition' THEN (
        SELECT CASE c.outcome WHEN 'awaiting' THEN 'undated' ELSE 'decided' END
        FROM rollout_condition c WHERE c.id = l.object_id)
    WHEN 'grant' THEN NULL
    WHEN 'untouched' THEN 'not_under_way'
    WHEN 'no_milestone' THEN (
        SELECT CASE WHEN a.state IN ('in_clarification', 'launched') THEN 'ahead'
                    ELSE 'not_under_way' END
        FROM rollout_activity a WHERE a.id = l.object_id)
    ELSE (SELECT 'finished' FROM rollout_monitoringround r WHERE r.id = l.object_id)
END, 'removed')
"""

#: Whether the step of the row ``l`` still stands on the ladder of its deadline.
_ON_LADDER = """
EXISTS (SELECT FROM ladder_step s
        WHERE s.ladder_id = l.ladder_id AND l.step >= s.offset_days
          AND CASE WHEN s.repeat_every IS NULL THEN l.step = s.offset_days
                   ELSE (l.step - s.offset_days) %% s.repeat_every = 0
                        AND l.step <= coalesce(s.until, l.step) END)
"""

#: Why the row ``l`` of the ledger, which is not expected any more, is called off.
WHY_OVER = f"""
CASE WHEN l.deadline_key IS NULL THEN {_ENDED}
     WHEN l.deadline_due_on <> l.due_on
         THEN CASE l.kind WHEN 'untouched' THEN 'touched' ELSE 'moved' END
     WHEN l.due_step IS NOT NULL
         THEN CASE WHEN l.hand_over_id IS NULL THEN 'other_recipient'
                   ELSE 'handed_over' END
     WHEN NOT {_ON_LADDER} THEN 'ladder'
     WHEN l.audience <> 'responsible' THEN 'unannounced'
     ELSE 'calendar' END
"""
