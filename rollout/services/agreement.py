"""Versions of a sub-agreement: LBF may ask for the valid one at any time."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rollout.models import FocusArea, SubAgreement, User
from rollout.services.documents import check_document
from rollout.services.ground import Invalid, require


@transaction.atomic
def add_sub_agreement(
    area: FocusArea,
    *,
    valid_from: date,
    summary: str,
    by: User,
    at: datetime,
    document: File[bytes] | None = None,
    url: str = "",
) -> SubAgreement:
    """Add the next version. The area's sub-agreement is then no longer outdated.

    Raises Invalid without a document or a link, for a document that is too large, and
    for a version that would be valid before the one it replaces.
    """
    require(by, "rollout.edit_programme", area)
    if document is None and not url:
        raise Invalid(_("Give the document, or a link to it."))
    if document is not None:
        check_document(document)
    fresh = FocusArea.objects.select_for_update(of=("self",)).get(pk=area.pk)
    last = fresh.sub_agreements.order_by("-number").first()
    if last is not None and valid_from < last.valid_from:
        raise Invalid(_("The version before is valid from a later day."))
    added = SubAgreement(
        focus_area=fresh,
        number=(fresh.sub_agreements.aggregate(last=Max("number"))["last"] or 0) + 1,
        valid_from=valid_from,
        url=url,
        summary=summary,
        added_by=by,
        added_at=at,
    )
    if document is not None:
        added.document = document
    added.save()
    fresh.sub_agreement_outdated_since = None
    fresh.sub_agreement_outdated_reason = ""
    fresh.save(
        update_fields=["sub_agreement_outdated_since", "sub_agreement_outdated_reason"]
    )
    return added
