"""Who listens, how they get in, and what they are told."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from typing import Any, cast

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.utils import timezone, translation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import changes
from rollout.api import cursors
from rollout.api.authentication import TokenAuthentication
from rollout.api.cursors import Cursor
from rollout.api.problems import Gone
from rollout.api.views.changes import Changes, Narrowed
from rollout.changes import Entry
from rollout.models import ApiToken, User

#: Changes read at a time for one listener.
PAGE = 100


class EventStreamRenderer(BaseRenderer):
    """Says that event streams are what is offered here."""

    media_type = "text/event-stream"
    format = "event-stream"


@dataclass(frozen=True)
class Listener:
    """Somebody who listens, and where in the feed they stand."""

    token: int
    #: By whose programmes it is decided whether something may concern them.
    programmes: frozenset[int]
    cursor: Cursor
    narrowed: Narrowed

    def read(self) -> tuple[Listener, list[bytes], bool]:
        """Return where they stand then, what to tell them, and whether there is more.

        Raises Gone where the token was revoked or other things may be seen than when
        they came.
        """
        page = self.narrowed.read(self._caller(), self.cursor.position, limit=PAGE)
        if page.entries:
            # What is told was there before this: nobody hears of what came after they
            # lost the right to.
            self._caller()
        cursor = replace(self.cursor, position=page.position, day=timezone.localdate())
        lines = [
            _event(entry, self._id_after(page.entries, number, cursor))
            for number, entry in enumerate(page.entries)
        ]
        return replace(self, cursor=cursor), lines, page.has_more

    def _caller(self) -> User:
        """Return who listens, with the rights with which they came; else raise Gone."""
        usable = ApiToken.objects.usable(at=timezone.now()).filter(pk=self.token)
        token = usable.prefetch_related("user__memberships").first()
        if token is None:
            raise Gone("")
        user = token.caller()
        if changes.rights_of(user).digest != self.cursor.rights:
            raise Gone("")
        return user

    def _id_after(self, entries: list[Entry], number: int, cursor: Cursor) -> str:
        """Return the cursor after an entry; none inside of what one change brought.

        Who goes on from an id must not miss the other half of a change.
        """
        position = entries[number].position
        is_last = entries[number + 1 : number + 2] == [] or (
            entries[number + 1].position != position
        )
        return str(replace(cursor, position=position)) if is_last else ""


def _event(entry: Entry, id_after: str) -> bytes:
    data = json.dumps(changes.told(entry), ensure_ascii=False)
    name = f"{entry.resource}.{entry.operation}"
    lines = [f"id: {id_after}"] if id_after else []
    return "\n".join([*lines, f"event: {name}", f"data: {data}", "", ""]).encode()


class Door(Changes):
    """Lets listeners in as every address of the API does: token, rate, parameters."""

    http_method_names = ["get"]
    authentication_classes = [TokenAuthentication]
    renderer_classes = [EventStreamRenderer]
    query_parameters = ("since", "programme", "resource")

    def get(self, request: Request) -> Response:
        """Return an answer that brings the listener along."""
        user, token = cast(User, request.user), cast(ApiToken, request.auth)
        rights = changes.rights_of(user)
        position, now = changes.present()
        today = timezone.localdate()
        # What a browser sends by itself when it connects again comes first.
        text = request.headers.get("Last-Event-ID") or request.query_params.get("since")
        if text is None:
            cursor = Cursor(position, today, rights.digest, now.database)
        else:
            cursor = cursors.parse(text)
            cursor.check(now, rights=rights.digest, today=today)
        response = Response(status=200)
        response.listener = Listener(  # type: ignore[attr-defined]
            token=token.pk,
            programmes=frozenset(rights.programmes),
            cursor=cursor,
            narrowed=Narrowed.asked(request),
        )
        return response


_door = Door.as_view()


def let_in(scope: dict[str, Any]) -> Listener | HttpResponse:
    """Return who listens, or why they may not."""
    request = ASGIRequest(scope, io.BytesIO())
    with translation.override(translation.get_language_from_request(request)):
        response = _door(request)
        listener: Listener | None = getattr(response, "listener", None)
        if listener is not None:
            return listener
        return response.render() if hasattr(response, "render") else response
