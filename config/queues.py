"""Which task waits in which queue, so that what takes long has workers of its own.

A worker serves all of them unless it is told which (`--queues mail,default`).
"""

from kombu import Exchange, Queue

#: Mails that may leave.
MAIL = "mail"
#: Calls to those who want to know what has changed.
WEBHOOKS = "webhooks"
#: What may take minutes or hours: plan files, changes to many, backups, retention.
REPORTS = "reports"
#: Everything else: planning, calendars, the anchor.
DEFAULT = "default"

NAMES = (MAIL, WEBHOOKS, REPORTS, DEFAULT)
#: Each bound by its own name: without one, all would be bound by that of `default`.
QUEUES = tuple(Queue(name, Exchange(name), routing_key=name) for name in NAMES)
ROUTES = {
    "notifications.tasks.deliver_outbox": {"queue": MAIL},
    "notifications.tasks.deliver_webhooks": {"queue": WEBHOOKS},
    "rollout.tasks.carry_out_jobs": {"queue": REPORTS},
    "config.tasks.keep_backups": {"queue": REPORTS},
    "config.tasks.keep_periods": {"queue": REPORTS},
}
