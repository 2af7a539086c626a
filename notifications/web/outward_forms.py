"""What people fill in to have deadlines and changes go out to other programs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from notifications import calling, webhooks
from notifications.models import FeedScope, Webhook
from rollout.changes import RESOURCES
from rollout.models import Place, Programme, User
from rollout.web.forms import Form


class CalendarForm(Form):
    """Which deadlines a calendar is to hold."""

    content = forms.ChoiceField(label=_("Which deadlines?"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {
            f"{FeedScope.PLACE}:{place.pk}": place
            for place in Place.objects.visible_to(user).select_related("programme")
        }
        self.programmes = {
            f"{FeedScope.PROGRAMME}:{programme.pk}": programme
            for programme in Programme.objects.visible_to(user)
        }
        self.fields["content"].choices = [  # type: ignore[attr-defined]
            (FeedScope.PERSON, _("My own deadlines")),
            (
                _("A whole programme"),
                [(key, programme.name) for key, programme in self.programmes.items()],
            ),
            (_("A place"), [(key, place.name) for key, place in self.places.items()]),
        ]

    def chosen(self) -> dict[str, Any]:
        """Return the place or the programme of a valid form; nothing for one's own."""
        content = self.cleaned_data["content"]
        if content in self.places:
            return {"place": self.places[content]}
        if content in self.programmes:
            return {"programme": self.programmes[content]}
        return {}


class WebhookForm(Form):
    """Where a webhook calls, and what it tells."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("Begins with https:// and is reached from the internet."),
        max_length=calling.LONGEST_URL,
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
    )
    description = forms.CharField(
        label=_("What it is for"), max_length=200, required=False
    )
    event_types = forms.MultipleChoiceField(
        label=_("What is it told?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, chosen: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ["activities.transitioned", *(f"{name}.*" for name in RESOURCES)]
        # What a program chose more finely stays to be seen and to be kept.
        finer = [name for name in chosen if name not in offered]
        self.fields["event_types"].choices = [  # type: ignore[attr-defined]
            (name, capfirst(webhooks.describe(name))) for name in [*offered, *finer]
        ]

    @classmethod
    def of(cls, webhook: Webhook, data: Any = None) -> WebhookForm:
        """Return the form of a webhook, as it is or as it was filled in."""
        initial = {
            "url": webhook.url,
            "description": webhook.description,
            "event_types": webhook.event_types,
        }
        return cls(data, initial=initial, chosen=webhook.event_types)

    def clean_url(self) -> str:
        """Refuse what may not be called."""
        url: str = self.cleaned_data["url"]
        try:
            calling.check(url)
        except calling.Forbidden as error:
            raise forms.ValidationError(str(error)) from None
        return url

    def values(self) -> dict[str, Any]:
        """Return what a valid form says."""
        return dict(self.cleaned_data)
