"""The settings with short waits, for tests that watch real processes."""

from config.schedule import BEAT_SCHEDULE
from config.settings import *  # noqa: F403

CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": 1.0, "options": {"expires": 5}}
    for name, entry in BEAT_SCHEDULE.items()
}
# The test must also pass on a Sunday night.
SENDING_WINDOW_IGNORED = True
OUTBOX_TIMING = {
    "lease": 3,
    "data_lease": 6,
    "unknown_wait": 2,
    "backoff": (1, 2, 4),
    "batch": 5,
    "pause_scale": 0.05,
    "budget": 5,
}
