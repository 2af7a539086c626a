"""Tells the database who acts, so that its record of changes can name them.

The name travels with each statement that writes, so it costs no question of its own,
and it ends with the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.http import HttpRequest, HttpResponse

#: What begins a statement that may write.
_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
#: The setting that the trigger of the record reads.
SETTING = "rollout.by"


@contextmanager
def acting(who: int | Callable[[], int | None] | None) -> Iterator[None]:
    """Let what is written in this block on this connection be somebody's deed.

    ``who`` is the key of a person, or says it when something is written; None: nobody.
    Inside another such block the inner one counts where it names somebody.
    """

    def named(
        execute: Any,
        sql: Any,
        params: Any,
        many: bool,  # noqa: FBT001
        context: Any,
    ) -> Any:
        if not isinstance(sql, str) or not sql.lstrip().upper().startswith(_WRITES):
            return execute(sql, params, many, context)
        by = who() if callable(who) else who
        if by is None or many or getattr(context["cursor"], "name", None):
            return execute(sql, params, many, context)
        sql = f"SELECT set_config('{SETTING}', '{int(by)}', true); {sql}"
        result = execute(sql, params, many, context)
        # On to the answer of the statement itself.
        while result is not None and result.nextset():
            pass
        return result

    # First in the row, so outside an outer block: that then meets a statement which
    # says already whose deed it is, and lets it be.
    connection.execute_wrappers.insert(0, named)
    try:
        yield
    finally:
        connection.execute_wrappers.remove(named)


class ActorMiddleware:
    """Lets what a request writes be the deed of who is logged in, or of a token's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        with acting(lambda: _known(request)):
            return self.get_response(request)


def _known(request: HttpRequest) -> int | None:
    """Return who acts, if that is known by now; nobody is asked for it here."""
    # Whoever has a token, else whoever is logged in; a lazy user is of another type.
    for name in ("user", "_cached_user"):
        user: Any = request.__dict__.get(name)
        if issubclass(type(user), AbstractBaseUser):
            key: int = user.pk
            return key
    return None
