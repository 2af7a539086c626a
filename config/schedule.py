"""What beat pokes, and how often. Intervals only, because a crontab skips hours when
the clock changes. Any number of beats may run: each task is safe to run twice.
"""

from typing import Any

PLAN_REMINDERS_SECONDS = 60.0
DELIVER_OUTBOX_SECONDS = 15.0
DELIVER_WEBHOOKS_SECONDS = 15.0
REFRESH_CALENDARS_SECONDS = 60.0
CARRY_OUT_JOBS_SECONDS = 15.0
#: One of these a day writes the anchor.
ANCHOR_HISTORY_SECONDS = 3600.0
KEEP_BACKUPS_SECONDS = 900.0
#: One of these a month throws away what is older than its period.
KEEP_PERIODS_SECONDS = 6 * 3600.0

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "plan-reminders": {
        "task": "notifications.tasks.plan_reminders",
        "schedule": PLAN_REMINDERS_SECONDS,
        # A poke that waited longer than one interval is only a duplicate of the next.
        "options": {"expires": PLAN_REMINDERS_SECONDS},
    },
    "deliver-outbox": {
        "task": "notifications.tasks.deliver_outbox",
        "schedule": DELIVER_OUTBOX_SECONDS,
        "options": {"expires": DELIVER_OUTBOX_SECONDS},
    },
    "deliver-webhooks": {
        "task": "notifications.tasks.deliver_webhooks",
        "schedule": DELIVER_WEBHOOKS_SECONDS,
        "options": {"expires": DELIVER_WEBHOOKS_SECONDS},
    },
    "anchor-history": {
        "task": "notifications.tasks.anchor_history",
        "schedule": ANCHOR_HISTORY_SECONDS,
        "options": {"expires": ANCHOR_HISTORY_SECONDS},
    },
    "refresh-calendars": {
        "task": "notifications.tasks.refresh_calendars",
        "schedule": REFRESH_CALENDARS_SECONDS,
        "options": {"expires": REFRESH_CALENDARS_SECONDS},
    },
    # Pages wake a worker at once; this is for when nobody heard.
    "carry-out-jobs": {
        "task": "rollout.tasks.carry_out_jobs",
        "schedule": CARRY_OUT_JOBS_SECONDS,
        "options": {"expires": CARRY_OUT_JOBS_SECONDS},
    },
    "keep-backups": {
        "task": "config.tasks.keep_backups",
        "schedule": KEEP_BACKUPS_SECONDS,
        "options": {"expires": KEEP_BACKUPS_SECONDS},
    },
    "keep-periods": {
        "task": "config.tasks.keep_periods",
        "schedule": KEEP_PERIODS_SECONDS,
        "options": {"expires": KEEP_PERIODS_SECONDS},
    },
}
