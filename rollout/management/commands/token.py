"""Issues, lists and revokes access tokens for API clients."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rollout.models import ApiToken, Programme, TokenScope, User


class Command(BaseCommand):
    """`manage.py token issue|list|revoke`."""

    help = "Issue, list and revoke access tokens for the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="make a token and print it once")
        issue.add_argument("email", help="the person as whom the token acts")
        issue.add_argument("--name", required=True, help="what uses it, and where")
        issue.add_argument(
            "--days", type=int, default=365, help="valid for so many days (365)"
        )
        issue.add_argument(
            "--scope",
            action="append",
            choices=TokenScope.values,
            help="what it is good for; may be repeated (all)",
        )
        issue.add_argument(
            "--programme", help="code of the only programme in which it is good (all)"
        )
        show = verbs.add_parser("list", help="show the tokens, never their secrets")
        show.add_argument("email", nargs="?", help="only those of this person")
        revoke = verbs.add_parser("revoke", help="end a token at once")
        revoke.add_argument("prefix", help="the part after “rollout_”, see `list`")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says. Raises CommandError with one clear sentence."""
        now = timezone.now()
        if options["verb"] == "issue":
            self._issue(options, at=now)
        elif options["verb"] == "list":
            self._list(options["email"])
        else:
            self._revoke(options["prefix"], at=now)

    def _issue(self, options: dict[str, Any], *, at: datetime) -> None:
        days = options["days"]
        if not 1 <= days <= 3650:
            raise CommandError("--days must be from 1 to 3650.")
        person = _person(options["email"])
        token, secret = ApiToken.objects.issue(
            *(person, options["name"]),
            at=at,
            expires_at=at + timedelta(days=days),
            scopes=options["scope"] or TokenScope.values,
            programme=_programme(person, options["programme"]),
        )
        self.stderr.write(
            f"Token {token.prefix} acts as {token.user.email} and expires"
            f" {_when(token.expires_at)}. It is shown only this once:"
        )
        self.stdout.write(secret)

    def _list(self, email: str | None) -> None:
        tokens = ApiToken.objects.select_related("user")
        if email is not None:
            tokens = tokens.filter(user=_person(email))
        for token in tokens:
            self.stdout.write(
                "\t".join(
                    (
                        token.prefix,
                        token.user.email,
                        token.name,
                        f"expires {_when(token.expires_at)}",
                        f"last used {_when(token.last_used_at)}",
                        ",".join(token.scopes),
                        *(["revoked"] if token.revoked_at else []),
                    )
                )
            )

    def _revoke(self, prefix: str, *, at: datetime) -> None:
        prefix = prefix.removeprefix("rollout_")
        found = ApiToken.objects.filter(prefix=prefix, revoked_at=None)
        if not found.update(revoked_at=at):
            raise CommandError(f"There is no token {prefix} that still works.")
        self.stdout.write(f"Token {prefix} is revoked.")


def _person(email: str) -> User:
    people = User.objects.filter(email__iexact=email, is_active=True)
    person: User | None = people.first()
    if person is None:
        raise CommandError(f"There is no active person with the address {email}.")
    return person


def _programme(person: User, code: str | None) -> Programme | None:
    if code is None:
        return None
    programme = Programme.objects.visible_to(person).filter(code=code).first()
    if programme is None:
        raise CommandError(f"{person.email} takes part in no programme {code}.")
    return programme


def _when(moment: datetime | None) -> str:
    return "never" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
