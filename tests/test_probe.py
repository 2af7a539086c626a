"""The health checks of the containers, asked as the containers ask them."""

from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.utils import timezone

from config import probe
from notifications import pulse


@pytest.mark.django_db(transaction=True)
def test_a_web_server_is_healthy_although_mail_has_stood_still(live_server):
    long_ago = timezone.now() - timedelta(hours=1)
    for part in (pulse.PLANNER, pulse.SENDER):
        pulse.beat(part, now=long_ago, counts={})
    with pytest.raises(HTTPError, match="503"):
        urlopen(f"{live_server.url}/readyz")

    assert probe.pages_answer(live_server.thread.port)


def test_nobody_on_the_port_is_not_healthy():
    assert not probe.pages_answer(9)
