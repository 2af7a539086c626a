"""Default-deny reading: every query of the domain starts from what a person may see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import BooleanField, F, Func

if TYPE_CHECKING:
    from rollout.models.people import User

M = TypeVar("M", bound=models.Model)

#: Roles that read everything in their programme.
READS_ALL = ("manager", "coordinator", "observer")


class Way(NamedTuple):
    """A field of a row, and the statement that finds which values of it may be seen."""

    field: str
    sql: str
    params: tuple[Any, ...]


class VisibleQuerySet(models.QuerySet[M]):
    """A query set that knows who may see its rows."""

    #: Lookup from the model to its programme.
    programme_path: ClassVar[str] = "programme"
    #: Lookups from the model to partners whose own people may see the row. None: the
    #: row is part of the plan's frame, which every member of the programme may see.
    partner_paths: ClassVar[tuple[str, ...] | None] = None
    #: Whether rows are found by what they point to and not by their own keys. So in a
    #: view, which PostgreSQL would otherwise make up once for each path.
    is_view: ClassVar[bool] = False

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what this person may see, through memberships only.

        Managers, coordinators and observers see their whole programme; a partner
        sees the frame of the plan and what its own organisation takes part in.
        Nobody sees anything by being staff or superuser.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self._within(user).filter(_IsSeen(type(self), self.model, user.pk))

    def _within(self, user: User) -> Self:
        """Keep the programme to which the caller's token is bound, if it is."""
        if user.bound_to is None:
            return self
        return self.filter(**{self.programme_path or "pk": user.bound_to})

    @classmethod
    def ways_to(cls, model: type[models.Model], user: int) -> Iterator[Way]:
        """Return how rows of the model are found that a person may see, by key.

        One of them is enough: that of members, or one of those of partners' people.
        """
        member: dict[str, Any] = {"user": user}
        is_frame = cls.partner_paths is None
        reader = member if is_frame else member | {"role__in": READS_ALL}
        yield cls._way(model, cls.programme_path, reader)
        for path in cls.partner_paths or ():
            yield cls._way(model, path, member)

    @classmethod
    def _way(cls, model: Any, path: str, membership: dict[str, Any]) -> Way:
        """Follow a path from the model to memberships that are like this."""
        field = "pk"
        if cls.is_view:
            field, _, path = path.partition("__")
            model = model._meta.get_field(field).related_model
        held = f"{path}__memberships".removeprefix("__")
        wanted = {f"{held}__{name}": value for name, value in membership.items()}
        keys = model._base_manager.filter(**wanted).order_by().values("pk")
        sql, params = keys.query.sql_with_params()
        return Way(field, sql, params)


class _IsSeen(Func):
    """Whether a row is among those that a person may see.

    Who may see what is the same statement for everybody, so it is put into SQL once
    for a model: Django takes a millisecond for that, longer than PostgreSQL to answer.
    """

    output_field = BooleanField()

    def __init__(
        self, rows: type[VisibleQuerySet[Any]], model: type[models.Model], user: int
    ) -> None:
        self.ways = _ways(rows, model)
        self.user = user
        super().__init__(*(F(way.field) for way in self.ways))

    def as_sql(
        self, compiler: Any, connection: Any, *_asked: Any, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the condition; the person is the only thing in it that varies."""
        tests, params = [], []
        for field, way in zip(self.source_expressions, self.ways, strict=True):
            column, _none = compiler.compile(field)
            tests.append(f"{column} IN ({way.sql})")
            params += [self.user if one == _ANYBODY else one for one in way.params]
        return f"({' OR '.join(tests)})", tuple(params)


#: Stands for the person in a statement before there is one; no key is negative.
_ANYBODY = -1


@cache
def _ways(
    rows: type[VisibleQuerySet[Any]], model: type[models.Model]
) -> tuple[Way, ...]:
    return tuple(rows.ways_to(model, _ANYBODY))
