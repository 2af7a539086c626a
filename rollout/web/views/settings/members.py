"""Who takes part in the programme, and as what."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import Membership, SettingArea
from rollout.tables import Table
from rollout.templatetags.dates import short_day
from rollout.web.access import PersonRequest, action, page
from rollout.web.export import download
from rollout.web.forms import Form
from rollout.web.members import InvitationForm, RoleForm
from rollout.web.settings import (
    address_of,
    carry_out,
    latest_changes,
    must_set_up,
    programme_to_set_up,
    show,
)
from rollout.web.sorting import Column, danish, list_by

_LIST = "rollout:settings_members"

_COLUMNS: list[Column[Membership]] = [
    Column("name", gettext_lazy("Name"), lambda one: danish(one.user.name)),
    Column("email", gettext_lazy("E-mail"), lambda one: one.user.email),
    Column("role", gettext_lazy("Role"), lambda one: danish(one.get_role_display())),
    Column(
        "partner",
        gettext_lazy("Partner"),
        lambda one: danish(one.partner) if one.partner else None,
    ),
    Column(
        "login",
        gettext_lazy("Last login"),
        lambda one: one.user.last_login,
        lambda one: short_day(one.user.last_login) or _("never"),
    ),
]


@require_safe
@page
def members(request: PersonRequest) -> HttpResponse:
    """List the members."""
    programme = programme_to_set_up(request)
    people = programme.memberships.filter(user__is_service=False)
    found = people.select_related("user", "partner")
    by_name = sorted(found, key=lambda one: danish(one.user.name))
    listed = list_by(by_name, _COLUMNS, request.GET)
    if "format" in request.GET:
        table = [
            (
                *(one.user.name, one.user.email, one.get_role_display()),
                *(str(one.partner or ""), one.user.last_login),
            )
            for one in listed.rows
        ]
        columns = [str(one.label) for one in _COLUMNS]
        return download(Table(_("Members"), columns, table), request.GET["format"])
    return show(
        *(request, "members", programme),
        tab="members",
        listed=listed,
        changes=latest_changes(programme, SettingArea.MEMBERS),
    )


@page
def new_member(request: PersonRequest) -> HttpResponse:
    """Invite somebody."""
    programme = programme_to_set_up(request)
    partners = programme.partners.order_by("name")
    form = InvitationForm(request.POST or None, partners=partners)
    at = timezone.now()

    def invite() -> str:
        made = services.invite_member(
            programme, by=request.user, at=at, **form.cleaned_data
        )
        return _("%(person)s is invited by mail.") % {"person": made.user}

    def again() -> HttpResponse:
        return show(
            *(request, "member", programme),
            tab="members",
            form=form,
            back=address_of(_LIST, programme),
        )

    if request.method != "POST":
        return again()
    return carry_out(
        request, form, invite, again=again, back=address_of(_LIST, programme)
    )


@page
def member(request: PersonRequest, pk: int) -> HttpResponse:
    """Change one member's role."""
    found = _find(request, pk)
    form = RoleForm(
        request.POST or None,
        partners=found.programme.partners.order_by("name"),
        initial={"role": found.role, "partner": found.partner_id},
    )
    at = timezone.now()

    def change() -> str:
        services.change_member(found, by=request.user, at=at, **form.cleaned_data)
        return _("%(person)s now has the role “%(role)s”.") % {
            "person": found.user,
            "role": dict(form.fields["role"].choices)[form.cleaned_data["role"]],  # type: ignore[attr-defined]
        }

    def again() -> HttpResponse:
        return _form(request, found, form)

    if request.method != "POST":
        return again()
    back = address_of(_LIST, found.programme)
    return carry_out(request, form, change, again=again, back=back)


@action
def end_membership(request: PersonRequest, pk: int) -> HttpResponse:
    """Let one member go."""
    found = _find(request, pk)
    at = timezone.now()
    form = Form(request.POST)

    def end() -> str:
        services.end_membership(found, by=request.user, at=at)
        return _("%(person)s takes no part in the programme any more.") % {
            "person": found.user
        }

    def again() -> HttpResponse:
        fresh = RoleForm(
            partners=found.programme.partners.order_by("name"),
            initial={"role": found.role, "partner": found.partner_id},
        )
        return _form(request, found, fresh, refused=form)

    back = address_of(_LIST, found.programme)
    return carry_out(request, form, end, again=again, back=back)


def _find(request: PersonRequest, pk: int) -> Membership:
    visible = Membership.objects.visible_to(request.user).filter(user__is_service=False)
    found = get_object_or_404(
        visible.select_related("programme", "user", "partner"), pk=pk
    )
    must_set_up(request, found.programme)
    return found


def _form(
    request: PersonRequest,
    found: Membership,
    form: RoleForm,
    refused: Form | None = None,
) -> HttpResponse:
    return show(
        *(request, "member", found.programme),
        tab="members",
        form=form,
        refused=refused,
        member=found,
        duties=services.open_responsibilities(found.user, found.programme),
        back=address_of(_LIST, found.programme),
    )
