"""What the demo does with the running product: load, send, and tell what there is.

Apart from `config.demo` because this can be imported only once Django is set up.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from config.children import ChildEnded, Children
from notifications.models import Message, MessageState
from notifications.tasks import deliver_outbox
from rollout.models import Membership, Role, User

MAIL_SECONDS = 90
SHOWN_MAILS = 12


def load(plans: Iterable[str]) -> None:
    """Bring the database up to date and apply the plans; both change only what differs.

    Raises ChildEnded with the command's own words if a plan is refused.
    """
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    for plan in plans:
        words = io.StringIO()
        try:
            call_command("plan", "apply", plan, stdout=words, stderr=words)
        except (CommandError, SystemExit) as error:
            raise ChildEnded(
                f"{plan} was refused:\n{words.getvalue()}{error}"
            ) from None


def let_examples_log_in(file: Path) -> str:
    """Give the example people one made-up password, kept in a file of this clone."""
    is_new = not file.exists()
    if is_new:
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9))
    password = file.read_text()
    for _role, person in logins():
        if is_new or not person.has_usable_password():
            person.set_password(password)
            person.save(update_fields=["password"])
    return password


def logins() -> Iterator[tuple[Role, User]]:
    """One example person for each role, managers first."""
    for role in Role:
        membership = (
            Membership.objects.filter(role=role, user__is_example=True)
            .select_related("user")
            .order_by("pk")
            .first()
        )
        if membership:
            yield role, membership.user


def send_reminders(mailbox: Path, running: Children) -> list[Path]:
    """Have the worker send what is due; return the mails that arrived.

    Nobody wants to wait for office hours to see a demo, so its reminders leave now.
    """
    before = set(mailbox.glob("*.eml"))
    call_command("remind", "--now", stdout=io.StringIO())
    deliver_outbox.delay()
    # What cannot leave yet, such as after a lost connection, is the worker's to retry.
    with suppress(TimeoutError):
        running.wait_until(
            lambda: not waiting().exists(), seconds=MAIL_SECONDS, what="delivery"
        )
    return sorted(set(mailbox.glob("*.eml")) - before)


def waiting() -> QuerySet[Message]:
    """Return the mails that the worker may send at any hour."""
    return Message.objects.filter(state=MessageState.PENDING, awaits_window=False)


def report(
    *, port: int, events_port: int, password: str, mailbox: Path, sent: list[Path]
) -> None:
    """Print the status of the programme and how to look at all of it."""
    say()
    call_command("status", language="en")
    say("\nMailed by the Celery worker")
    say("\n".join(mailed(mailbox, sent)))
    base = f"http://localhost:{port}"
    say("\nPages")
    for what, name in (("Overview", "rollout:overview"), ("API", "api:docs")):
        say(f"  {what:<10} {base}{reverse(name)}")
    say(f"  {'Events':<10} http://localhost:{events_port}/api/v1/events/")
    say(f"\nLog in with the password  {password}")
    with translation.override("en"):
        for role, person in logins():
            say(f"  {person.email:<32} {role.label}")
    say()


def mailed(mailbox: Path, sent: list[Path]) -> Iterator[str]:
    """Describe the mails of this run, or say that there was nothing new to send."""
    for file in sent[:SHOWN_MAILS]:
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        yield f"  {parseaddr(str(mail['To']))[1]:<32} {mail['Subject']}"
    if len(sent) > SHOWN_MAILS:
        yield f"  … and {len(sent) - SHOWN_MAILS} more"
    kept = len(list(mailbox.glob("*.eml")))
    if not sent:
        yield "  Nothing new is due: whoever was reminded once is not reminded again."
    if left := waiting().count():
        yield f"  {left} could not be sent yet; the worker goes on trying."
    yield f"  {kept} mails are in {mailbox}/"


def say(text: str = "") -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)  # noqa: T201
