"""What a manager fills in about members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rollout.models import Language, Partner, Programme, Role, TokenScope
from rollout.services import SERVICE_ROLES
from rollout.web.forms import Form

_ROLES = [
    (Role.MANAGER, _("Manager: plans, decides, and changes these settings")),
    (Role.COORDINATOR, _("Coordinator: advances activities and runs the monitoring")),
    (Role.PARTNER, _("Partner: sees and does what their organisation takes part in")),
    (Role.OBSERVER, _("Observer: reads everything and changes nothing")),
]


class RoleForm(Form):
    """What somebody may do, and for which partner."""

    role = forms.ChoiceField(
        label=_("Role"), choices=_ROLES, widget=forms.RadioSelect, initial=Role.PARTNER
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label=_("Acts for"),
        help_text=_("Needed for partners."),
        empty_label=_("No partner"),
        required=False,
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


class InvitationForm(RoleForm):
    """Somebody to invite."""

    field_order = ["email", "name", "language", "role", "partner"]

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, initial=Language.DANISH
    )


class TokenForm(Form):
    """A token to make."""

    name = forms.CharField(
        label=_("What uses it, and where"),
        help_text=_("Such as “Power BI, Center for Børn”."),
        max_length=100,
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("A year"))],
        initial=90,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"),
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[TokenScope.READ_STATUS, TokenScope.READ_PLAN],
    )


class OwnTokenForm(TokenForm):
    """A token of one's own, which may be bound to one programme."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=_("Only in"),
        empty_label=_("All my programmes"),
        required=False,
    )

    def __init__(self, *args: Any, programmes: QuerySet[Programme], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class ServiceAccountForm(RoleForm):
    """A program that is to take part in the programme."""

    field_order = ["name", "role", "partner"]

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Such as “The intranet of Center for Børn”. The history shows it."),
        max_length=120,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            one for one in _ROLES if one[0] in SERVICE_ROLES
        ]
        self.fields["role"].initial = Role.OBSERVER
