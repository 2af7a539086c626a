"""A plan file that comes in through the pages: kept, reviewed, and applied as seen.

The limits and faults are those of ``manage.py plan``. In addition a file may change
only the programme of which one is a manager, nobody who takes part in another one,
and never leave the programme without a manager.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import Membership, PlanUpload, Programme, SettingArea, User, Verb
from rollout.plans import kinds, report
from rollout.plans.apply import apply_plan, plan_diff
from rollout.plans.diff import Diff
from rollout.plans.document import Document, Entry, parse_bytes
from rollout.plans.people import OWN
from rollout.plans.problems import BadPlan, Problem
from rollout.plans.reader import MAX_BYTES

EDIT = "rollout.edit_programme"


@dataclass(frozen=True)
class Block:
    """One entry of the review: what happens to it, and its lines."""

    #: ``+`` added, ``~`` changed, ``=`` left to people, ``-`` only in the database.
    sign: str
    text: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Review:
    """What applying an uploaded file would do, or why it cannot be applied."""

    upload: PlanUpload
    problems: list[Problem]
    blocks: list[Block]
    summary: str
    is_empty: bool
    #: Tells one review from another: nobody applies what they never saw.
    digest: str


def keep_upload(
    programme: Programme, *, name: str, content: bytes, by: User, at: datetime
) -> PlanUpload:
    """Keep a file for the person to look at; one kept before is replaced.

    Of a file that is too large only enough is kept to see that it is.
    """
    services.require(by, EDIT, programme)
    upload, _made = PlanUpload.objects.update_or_create(
        programme=programme,
        by=by,
        defaults={
            "name": name[-200:],
            "content": content[: MAX_BYTES + 1],
            "uploaded_at": at,
        },
    )
    return upload


def review(upload: PlanUpload) -> Review:
    """Say what applying the file would do, as things stand now."""
    try:
        diff = _diff(upload)
    except BadPlan as bad:
        return Review(upload, bad.problems, [], "", is_empty=True, digest="")
    return Review(
        upload,
        problems=[],
        blocks=list(_blocks(report.lines(diff, is_detailed=True))),
        summary=report.summary(diff, is_done=False),
        is_empty=diff.is_empty,
        digest=_digest(diff),
    )


@transaction.atomic
def apply_upload(
    upload: PlanUpload,
    *,
    seen: str,
    by: User,
    at: datetime,
    tell: services.Progress = services.silently,
) -> str:
    """Apply a reviewed file and return what was done, as a sentence.

    ``seen`` is the digest of the review that the person read. Raises BadPlan, and
    Invalid where the review would read differently by now or no manager would be left.
    ``tell`` hears how far it is.
    """
    services.require(by, EDIT, upload.programme)
    _diff(upload)
    diff = apply_plan(_document(upload), at=at, tell=tell)
    # Compared once the plan's lock is held; a difference undoes what was written.
    if _digest(diff) != seen:
        raise services.Invalid(
            _("Something was changed meanwhile. Please look at the differences again.")
        )
    services.require_a_manager(upload.programme)
    services.note_change(
        *(upload.programme, SettingArea.PLAN, Verb.CHANGED, upload.name), by=by, at=at
    )
    upload.delete()
    return report.summary(diff, is_done=True)


def _document(upload: PlanUpload) -> Document:
    return parse_bytes(bytes(upload.content), name=upload.name)


def _diff(upload: PlanUpload) -> Diff:
    document = _document(upload)
    if document.programme and document.programme != upload.programme.code:
        raise BadPlan(upload.name, [_another_programme(document, upload.programme)])
    diff = plan_diff(document)
    others = list(_of_other_programmes(diff, upload.programme))
    if others:
        raise BadPlan(upload.name, others)
    return diff


def _another_programme(document: Document, programme: Programme) -> Problem:
    return Problem(
        line=0,
        path="programme",
        what=_("The file is about “%(code)s”.") % {"code": document.programme},
        fix=_("Here only “%(code)s” can be changed.") % {"code": programme.code},
        code="another_programme",
    )


def _of_other_programmes(diff: Diff, programme: Programme) -> Iterator[Problem]:
    """Report changes to people who take part in other programmes as well."""
    stated = {
        entry.key: entry
        for entry in diff.document.of(kinds.PERSON)
        if set(entry.values) & set(OWN)
    }
    elsewhere = Membership.objects.filter(user__email__in=list(stated)).exclude(
        programme=programme
    )
    people = {one.user.email: one.user for one in elsewhere.select_related("user")}
    for address, person in people.items():
        entry = stated[address]
        for name, column in OWN.items():
            value = entry.values.get(name)
            if value is not None and value != getattr(person, column):
                yield _belongs_to_others(entry, name)


def _belongs_to_others(entry: Entry, name: str) -> Problem:
    return Problem(
        line=entry.lines.get(name, entry.line),
        path=f"people[{entry.key}].{name}",
        what=_("This person takes part in another programme too."),
        fix=_("Leave it out; only they themselves can change it."),
        code="person_of_others",
    )


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    block: Block | None = None
    for line in lines:
        if line.startswith(" ") and block is not None:
            block.lines.append(line.strip())
            continue
        if block is not None:
            yield block
        block = Block(line[0], line[2:])
    if block is not None:
        yield block


def _digest(diff: Diff) -> str:
    with translation.override("en"):
        text = "\n".join(report.lines(diff, is_detailed=True))
    return sha256(text.encode()).hexdigest()
