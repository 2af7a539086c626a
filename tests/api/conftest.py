"""Callers of the API, on a day inside every made programme."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from django.utils import translation
from rest_framework.test import APIClient

from rollout.models import ApiToken, User
from tests.api.everything import make_everything
from tests.factories import NOON

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


class Caller(APIClient):
    """A program that calls the API with the token of a person, if any."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        super().__init__(headers={"Accept-Language": "en"} | headers)
        if user is not None:
            _token, secret = ApiToken.objects.issue(user, "test", at=NOON)
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    @classmethod
    def with_token(cls, user: User, name: str = "test", **fields: Any) -> Caller:
        """Make a program whose token is good for no more than ``fields`` say."""
        _token, secret = ApiToken.objects.issue(user, name, at=NOON, **fields)
        return cls(Authorization=f"Bearer {secret}")

    def ask(self, path: str, **options: Any) -> HttpResponse:
        """GET an address of the API."""
        return self.get(f"/api/v1/{path}", **options)

    def send(
        self, path: str, body: Any, *, match: Any = None, **headers: str
    ) -> HttpResponse:
        """POST to an address of the API, on the version of ``match`` if given."""
        if match is not None:
            headers["If-Match"] = f'"{getattr(match, "version", match)}"'
        return self.post(f"/api/v1/{path}", body, format="json", headers=headers)

    def perform(
        self, activity: Any, transition: str, *, match: str | None = None, **body: Any
    ) -> HttpResponse:
        """POST a transition on the version that the test holds."""
        return self.post(
            f"/api/v1/activities/{activity.pk}/transitions/",
            {"transition": transition} | body,
            format="json",
            headers={"If-Match": match or f'"{activity.version}"'},
        )


@pytest.fixture(autouse=True)
def _on_a_fixed_day() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def _with_fresh_counters() -> None:
    caches["throttle"].clear()


@pytest.fixture(scope="module")
def _everything(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Any]]:
    """Make one of each kind once, in a transaction around those of all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False), translation.override("da"):
            made = make_everything()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def everything(db: None, _everything: dict[str, Any]) -> dict[str, Any]:
    """One of each kind, by the name of its list, as if made for this test alone."""
    return deepcopy(_everything)
