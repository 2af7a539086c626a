"""What the database holds of a programme, in the same terms as a plan file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from rollout.models import Aspect, Initiative, Programme, User
from rollout.names import cleaned
from rollout.plans import kinds
from rollout.plans.schema import Field, Kind
from rollout.plans.values import Email, Many, Ref, Text, Value


class Ambiguous(Exception):
    """Two rows have the same key, so that no file can tell them apart."""


@dataclass
class Row:
    """One row, with its values as a file would state them."""

    kind: Kind
    key: str
    values: dict[str, Value]
    instance: Any
    is_example: bool = False


@dataclass
class Snapshot:
    """The rows of one programme; empty where the programme does not exist."""

    programme: Programme | None = None
    rows: dict[tuple[str, bool], dict[str, Row]] = field(default_factory=dict)
    #: People the file names who exist without being members, by address.
    outsiders: dict[str, User] = field(default_factory=dict)
    #: Rows of other programmes that the file names, by reference.
    elsewhere: dict[str, Any] = field(default_factory=dict)

    def get(self, kind: Kind, key: str, *, is_example: bool) -> Row | None:
        """Return the example or the real row of that key."""
        return self.rows.get((kind.name, is_example), {}).get(key)

    def find(self, kind_name: str, key: str, *, is_example: bool = False) -> Row | None:
        """Return the row that a reference means, of its own sort before the other."""
        for sort in (is_example, not is_example):
            row = self.rows.get((kind_name, sort), {}).get(key)
            if row is not None:
                return row
        return None

    def of(self, kind: Kind, *, is_example: bool) -> Iterable[Row]:
        """Return the example rows or the real rows of one kind, in order."""
        return self.rows.get((kind.name, is_example), {}).values()

    def keys_of(self, kind_name: str) -> set[str]:
        """Return the keys that references to this kind can mean."""
        return {
            key
            for sort in (True, False)
            for key in self.rows.get((kind_name, sort), {})
        }

    def add(self, row: Row) -> None:
        """Enter a row. Raises Ambiguous where its key is taken."""
        rows = self.rows.setdefault((row.kind.name, row.is_example), {})
        if row.key in rows:
            raise Ambiguous(
                _("The database holds two entries “%(key)s” of the kind %(kind)s.")
                % {"key": row.key, "kind": row.kind.name}
            )
        rows[row.key] = row


def load(
    code: str, *, addresses: Iterable[str] = (), elsewhere: Iterable[str] = ()
) -> Snapshot:
    """Read the programme ``code``.

    ``addresses`` are people, and ``elsewhere`` programmes (``code``) and initiatives
    (``programme/code``), to look for beyond it.
    """
    snapshot = Snapshot(Programme.objects.filter(code=code).first())
    if snapshot.programme is not None:
        _Loader(snapshot, snapshot.programme).load()
    members = snapshot.keys_of("person")
    missing = {address for address in addresses if address not in members}
    for user in User.objects.filter(email__in=missing):
        snapshot.outsiders[user.email] = user
    for reference in elsewhere:
        found = _find_elsewhere(reference)
        if found is not None:
            snapshot.elsewhere[reference] = found
    return snapshot


def _find_elsewhere(reference: str) -> Programme | Initiative | None:
    programme, _slash, initiative = reference.partition("/")
    if not initiative:
        return Programme.objects.filter(code=programme).first()
    return Initiative.objects.filter(
        focus_area__programme__code=programme, code=initiative
    ).first()


class _Loader:
    """Reads kind after kind, so that references find the keys of earlier ones."""

    def __init__(self, snapshot: Snapshot, programme: Programme) -> None:
        self.snapshot = snapshot
        self.programme = programme
        #: Kind and primary key of what is referred to → key.
        self.key_of: dict[tuple[str, Any], str] = {}

    def load(self) -> None:
        """Read every kind."""
        for kind in kinds.KINDS:
            if kind is kinds.ASSIGNMENT:
                continue
            self._kind(kind)
        self.snapshot.rows[(kinds.ASSIGNMENT.name, False)] = {
            row.key: self._assignment(row)
            for row in self.snapshot.of(kinds.ACTIVITY, is_example=False)
        }

    def _kind(self, kind: Kind) -> None:
        late = [f for f in kind.fields if _refers_to(f) == kind.name]
        early = [f for f in kind.fields if f not in late]
        rows = []
        seen: dict[tuple[str | None, bool], int] = {}
        for instance in _rows_of(kind, self.programme):
            owner = instance.user if kind is kinds.PERSON else instance
            row = Row(kind, "", {}, instance, bool(getattr(owner, "is_example", False)))
            row.values = {f.name: self._value(kind, instance, f) for f in early}
            if kind.is_numbered:
                name = (kind.key(row.values), row.is_example)
                seen[name] = seen.get(name, 0) + 1
                row.values["number"] = seen[name]
            row.key = kind.key(row.values) or ""
            self.key_of[(kind.name, owner.pk)] = row.key
            rows.append(row)
        for row in rows:
            for schema_field in late:
                row.values[schema_field.name] = self._value(
                    kind, row.instance, schema_field
                )
            self.snapshot.add(row)

    def _assignment(self, activity: Row) -> Row:
        values = {
            f.name: activity.key if f.name == "activity" else activity.values[f.name]
            for f in kinds.ASSIGNMENT.fields
        }
        return Row(kinds.ASSIGNMENT, activity.key, values, activity.instance)

    def _value(self, kind: Kind, instance: Any, schema_field: Field) -> Value:
        if kind is kinds.PERSON:
            return self._of_person(instance, schema_field)
        if schema_field.name == "readiness":
            met = {check.aspect for check in instance.readiness.all() if check.is_met}
            return tuple(aspect for aspect in Aspect.values if aspect in met)
        if schema_field.name == "number":
            return None
        return self._plain(instance, schema_field)

    def _of_person(self, membership: Any, schema_field: Field) -> Value:
        if schema_field.name == "head":
            partner = membership.partner
            return partner is not None and partner.lead_id == membership.user_id
        is_own = schema_field.name in ("role", "partner")
        return self._plain(membership if is_own else membership.user, schema_field)

    def _plain(self, instance: Any, schema_field: Field) -> Value:
        target = _refers_to(schema_field)
        if target in ("programme", "earlier initiative"):
            return _outside(getattr(instance, schema_field.column))
        if target and isinstance(schema_field.type, Many):
            related = getattr(instance, schema_field.column).all()
            found = [self.key_of.get((target, other.pk)) for other in related]
            return tuple(sorted(key for key in found if key is not None))
        if target:
            pk = getattr(instance, f"{schema_field.column}_id")
            return self.key_of.get((target, pk))
        return normal(getattr(instance, schema_field.column), schema_field)


def normal(value: Any, schema_field: Field) -> Value:
    """Return a column's value as a file would state it."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(schema_field.type, Email):
        return str(value).lower() or None
    if isinstance(schema_field.type, Text) and isinstance(value, str):
        return cleaned(value, is_multiline=schema_field.type.is_multiline) or None
    return None if value == "" else value


def _refers_to(schema_field: Field) -> str:
    """Return the kind of entry that the field refers to, or nothing."""
    value_type = schema_field.type
    if isinstance(value_type, Many):
        value_type = value_type.of
    return value_type.to if isinstance(value_type, Ref) else ""


def _outside(other: Any) -> str | None:
    """Return the reference to a row of another programme."""
    if other is None:
        return None
    if isinstance(other, Programme):
        return other.code
    return f"{other.focus_area.programme.code}/{other.code}"


#: Foreign keys that are followed while a kind is read.
_FOLLOWED = {
    "programme": ["predecessor"],
    "person": ["user", "partner"],
    "initiative": ["continues__focus_area__programme"],
}


def _rows_of(kind: Kind, programme: Programme) -> Iterator[Any]:
    """Return a programme's rows of one kind, in the order of a file."""
    rows: QuerySet[Model] = kind.model._default_manager.all()
    if kind is kinds.PROGRAMME:
        rows = rows.filter(pk=programme.pk)
    else:
        rows = rows.filter(**{kind.programme_path: programme})
    many = [
        f.column
        for f in kind.fields
        if isinstance(f.type, Many) and isinstance(f.type.of, Ref)
    ]
    if kind is kinds.ACTIVITY:
        many.append("readiness")
    return (
        rows.select_related(*_FOLLOWED.get(kind.name, []))
        .prefetch_related(*many)
        .order_by(*_order(kind))
        .iterator(chunk_size=2000)
    )


def _order(kind: Kind) -> list[str]:
    names = {f.name for f in kind.fields}
    if kind is kinds.PERSON:
        return ["user__email"]
    if kind is kinds.ACTIVITY:
        return ["place__position", "place__code"]
    if kind.is_numbered:
        return ["pk"]
    by_position = ["position"] if "position" in names else []
    by_code = ["code"] if "code" in names else ["pk"]
    return [*by_position, *by_code]
