"""The product's settings with short leases, quick beats and a clock of its own, so that
`make faults` sees in minutes, at any hour, what takes days in office hours.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from config.schedule import BEAT_SCHEDULE
from config.settings import *  # noqa: F403
from notifications.smtp import Patience

#: Production's times divided by about thirty; waits between attempts by sixty.
SHORT: dict[str, Any] = {
    "lease": 3,
    "data_lease": 8,
    "unknown_wait": 4,
    "backoff": (1, 2, 4, 8),
    "give_up": 600,
    "batch": 20,
    "budget": 10,
    "pause_scale": 0.05,
    "patience": Patience(connect=2, command=3, final=4, dialogue=4, data=5),
}
OUTBOX_TIMING = {
    "short": SHORT,
    # A crashed database, or a process on a busy machine, may need longer than a lease
    # that is so short; a copy would then be the scale's fault.
    "patient": SHORT
    | {
        "data_lease": 60,
        "patience": Patience(connect=5, command=10, final=20, dialogue=30, data=30),
    },
    "production": {},
}[os.environ.get("FAULTS_TIMING", "patient")]

#: Seconds between two pokes; 60 and 15 in production.
PLAN_SECONDS, DELIVER_SECONDS = 1.0, 0.5
CELERY_BEAT_SCHEDULE = {
    name: entry
    | {"schedule": PLAN_SECONDS if name == "plan-reminders" else DELIVER_SECONDS}
    for name, entry in BEAT_SCHEDULE.items()
}

# Every process that is started with the same number agrees on what time it is. The
# database keeps the real time, as leases must not care.
if _ahead := float(os.environ.get("FAULTS_CLOCK", "0")):
    time_machine.travel(
        datetime.now(UTC) + timedelta(seconds=_ahead), tick=True
    ).start()

# How often one client may ask is not the question here.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {  # noqa: F405  # of the settings
    "token": "60000/min",
    "address": "60000/min",
}
