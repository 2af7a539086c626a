"""How people log in: only whom the programme knows; mails owe nothing to a request.

Whoever asks for a new password chooses the Host header of that request, so neither the
link nor the name of the site in the mail may come from it.
"""

import time
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config import second_factor
from config.afterwards import after_answer
from config.openid.adapter import bound_to
from notifications import account_letters
from notifications.email import Letter
from rollout.addresses import in_full
from rollout.models import User
from rollout.models.people.user import SERVICE_DOMAIN

#: In the session: where a login at a provider is ended, and as whom that knows us.
_ENDS_AT, _KNOWN_AS = "provider_ends_at", "provider_knows_us_as"
#: In the session: what a provider said of whom, until the last step of the login.
_SAID = "provider_said"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # no stubs
    """Lets people in whom a manager has entered; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people come from the plan or from the administration."""
        return False

    def pre_login(
        self, request: HttpRequest, user: Any, **options: Any
    ) -> HttpResponse | None:
        """Let people log in, and no service account in any way.

        What a provider said has to last until the login is done: our own second factor
        may stand between, and that is another request.
        """
        request.session.pop(_SAID, None)
        if believed := getattr(request, "believed", None):
            provider, login = believed
            request.session[_SAID] = {
                "of": user.pk,
                "ends_at": login.ends_at,
                "known_as": provider.knows_us_as,
                "showed_factor": provider.showed_second_factor(login.claims),
            }
        if user.is_service:
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **options)  # type: ignore[no-any-return]

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Ask once more who it is before what matters, but not right after a login."""
        records = get_authentication_records(self.request, self.request.user)
        newest = records[-1]["at"] if records else 0
        if time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **options)  # type: ignore[no-any-return]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Log in; who belongs to a login provider does so there and not here.

        It is asked only now, after code or password, so that nobody learns by it who
        is known here.
        """
        records = get_authentication_records(request, user)
        came_from = {one.get("provider") for one in records}
        provider = bound_to(user)
        if provider is not None and provider.id not in came_from:
            page = render(
                request, "account/elsewhere.html", {"provider": provider}, status=403
            )
            raise ImmediateHttpResponse(page)
        said = request.session.pop(_SAID, None)
        super().login(request, user)
        if said is not None and said["of"] == user.pk:
            request.session[_ENDS_AT] = said["ends_at"]
            request.session[_KNOWN_AS] = said["known_as"]
            if said["showed_factor"]:
                second_factor.note_shown(request, user)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Let a login at a provider end there as well, where it offers that."""
        if not (ends_at := request.session.get(_ENDS_AT)):
            return str(super().get_logout_redirect_url(request))
        back = {
            "client_id": request.session[_KNOWN_AS],
            "post_logout_redirect_uri": in_full("/"),
        }
        return f"{ends_at}{'&' if '?' in ends_at else '?'}{urlencode(back)}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link from BASE_URL, whatever host the request claims."""
        path = reverse("account_reset_password_from_key", args=["x", "y"])
        return in_full(path.replace("x-y", key))

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send a mail that names the site as BASE_URL does; to no service account.

        Once the page is answered: else the time that it takes would tell who is known.
        """
        if email.endswith(f"@{SERVICE_DOMAIN}"):
            return
        host = urlsplit(settings.BASE_URL).hostname
        site = SimpleNamespace(name=host, domain=host)
        context = {"request": self.request, **context, "current_site": site}

        def send() -> None:
            self.render_mail(template_prefix, email, context).send()

        after_answer(send)

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Write a mail as all others of the product are written."""
        letter = _letter(template_prefix, email, context)
        if letter is None:
            rendered: EmailMessage = super().render_mail(
                template_prefix, email, context, headers
            )
            return rendered
        mail = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=str(letter.sender),
            to=[str(letter.to)],
            headers={"Auto-Submitted": "auto-generated", **(headers or {})},
        )
        mail.attach_alternative(letter.html, "text/html")
        return mail


def _letter(template_prefix: str, email: str, context: dict[str, Any]) -> Letter | None:
    """Return the mail in the product's own words; None where it has none."""
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        return None
    if template_prefix == "account/email/login_code":
        minutes = app_settings.LOGIN_BY_CODE_TIMEOUT // 60
        return account_letters.login_code(person, code=context["code"], minutes=minutes)
    if template_prefix == "account/email/password_reset_key":
        return account_letters.new_password(person, url=context["password_reset_url"])
    return None
