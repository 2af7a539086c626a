"""How people log in: only those the programme knows, and links never from a request."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # no stubs
    """Lets people in whom a manager has entered; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people come from the plan or from the administration."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link from BASE_URL, whatever host the request claims."""
        path = reverse("account_reset_password_from_key", args=["x", "y"])
        return str(settings.BASE_URL) + path.replace("x-y", key)
