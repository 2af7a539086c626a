"""JSON is written quickly and looks as DRF writes it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer

from rollout.api.rendering import QuickJSONRenderer
from rollout.models import ActivityState


@pytest.mark.parametrize("options", ["", ";indent=2"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        {
            "navn": "Vejleåparken \u2028\u2029 “”",
            "tal": [1, -2.5, 2**63 - 1, True, None],
        },
        {"state": ActivityState.PLANNED, ActivityState.LAUNCHED: 1, 7: "seven"},
        [Decimal("0.30"), UUID(int=7), date(2026, 3, 2), timedelta(hours=2)],
        [datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, 11, 0, 0, 5, UTC)],
        [gettext_lazy("Something is missing"), (1, 2), {"a"}],
    ],
)
def test_it_is_the_text_that_drf_writes(value, options):
    media_type = f"application/json{options}"

    ours = QuickJSONRenderer().render(value, media_type, {})

    assert ours == JSONRenderer().render(value, media_type, {})
