"""The product's settings, without limits on how often one client may ask."""

from config.settings import *  # noqa: F403
from config.settings import REST_FRAMEWORK as OURS

REST_FRAMEWORK = OURS | {
    "DEFAULT_THROTTLE_RATES": {"token": "1000000/min", "address": "1000000/min"}
}
