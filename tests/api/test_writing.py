"""Rows are written without asking DRF for each value, and look as DRF has them."""

from typing import Any

import pytest
from rest_framework import serializers

from notifications.api.urls import router as reminding
from rollout.api.urls import router
from rollout.api.writing import Written
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

LISTS: list[tuple[str, Any, str]] = [*router.registry, *reminding.registry]
#: What is made of rows, with everything that can hang on them.
SHOWN = (
    *(f"{prefix}/" for prefix, _view, _name in LISTS),
    *(
        f"{prefix}/?expand={','.join(view.serializer_class.expandable)}"
        for prefix, view, _name in LISTS
        if view.serializer_class.expandable
    ),
    "activities/?fields=state_label,readiness",
    "activities/{activities.pk}/history/",
    "reminders/forecast/?until=2026-04-30",
    "status/",
)


@pytest.mark.parametrize("address", SHOWN)
def test_an_answer_is_what_drf_would_make_of_the_same_rows(
    address, everything, monkeypatch
):
    caller = Caller(everything["users"])
    path = address.format(**everything)

    ours = caller.ask(path)
    monkeypatch.setattr(
        *(Written, "to_representation", serializers.Serializer.to_representation)
    )
    theirs = caller.ask(path)

    assert ours.status_code == 200, ours.content
    assert ours.json() == theirs.json()


def test_a_row_that_lacks_something_is_left_to_drf():
    class Brief(Written):
        name = serializers.CharField(source="place.name", default="nowhere")

    assert Brief({"place": {"name": "Vejleåparken"}}).data == {"name": "Vejleåparken"}
    assert Brief({"place": None}).data == {"name": "nowhere"}
