"""How long a refusal takes tells nobody whether they were nearly right."""

import statistics
import time

import pytest

from rollout.models import ApiToken
from tests.factories import NOON, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]

#: How often each is asked, in turn.
SAMPLES = 1_000


def test_a_right_prefix_takes_no_longer_than_an_unknown_one():
    """Checklist 25: the difference of the medians is less than the noise of one."""
    _token, secret = ApiToken.objects.issue(make_user(), "Power BI", at=NOON)
    right = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    unknown = "rollout_" + "0" * 8 + secret[len("rollout_") + 8 :]
    assert len(right) == len(unknown)
    taken = {right: [], unknown: []}

    for _ in range(SAMPLES):
        for asked, seconds in taken.items():
            started = time.perf_counter()
            assert ApiToken.objects.authenticate(asked, at=NOON) is None
            seconds.append(time.perf_counter() - started)

    near, far = (statistics.median(seconds) for seconds in taken.values())
    noise = statistics.quantiles(taken[unknown], n=4)
    assert abs(near - far) < max(noise[2] - noise[0], 0.1 * far)
