"""What a mail says, in both languages, and that nothing in it can do harm."""

from datetime import date
from email import message_from_bytes, policy
from itertools import pairwise

import pytest

from notifications import compose, letters
from notifications.models import Message, MessageKind, Reminder
from notifications.templatetags.mail import paragraph
from rollout.models import Activity, Role
from tests.factories import (
    make_activity,
    make_condition,
    make_grant,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_programme,
    make_round,
    make_user,
)
from tests.notifications.factories import at, make_due_milestone, make_running_activity

pytestmark = pytest.mark.django_db

LATE = "Rykker: “Lokale er fundet” skulle have været færdig"


def letter_for(now, **filters):
    """Compose what is due and write the one mail that matches."""
    compose.remind(now=now, any_time=True)
    message = Message.objects.get(**filters)
    rows = list(message.reminders.select_related("activity__initiative", "principal"))
    return letters.write(message, rows, now=now)


def mail_of(letter):
    raw = letter.as_bytes(message_id="<r.1@example.org>", at=at("2026-04-08"))
    return message_from_bytes(raw, policy=policy.default)


@pytest.fixture
def milestone(no_nudges):
    """The milestone of the mock-up: needed before the launch in Vildtbanegård I."""
    programme = make_programme()
    make_member(programme, name="Eksempel Leder", email="leder@example.org")
    activity = make_activity(
        state=Activity.State.IN_CLARIFICATION,
        place=make_place(programme=programme, name="Vildtbanegård I"),
        responsible=make_user(name="Eksempel Kontakt"),
    )
    return make_milestone(activity=activity, before_launch=True)


@pytest.mark.parametrize(
    ("day", "subject", "sentence"),
    [
        (
            "2026-04-08",
            "“Lokale er fundet” skal være færdig onsdag 15. april (uge 16)",
            "Om fem arbejdsdage skal milepælen “Lokale er fundet” være færdig.",
        ),
        (
            "2026-04-14",
            "“Lokale er fundet” skal være færdig onsdag 15. april (uge 16)",
            "I morgen skal milepælen “Lokale er fundet” være færdig.",
        ),
        (
            "2026-04-15",
            "“Lokale er fundet” skal være færdig i dag, onsdag 15. april (uge 16)",
            "I dag skal milepælen “Lokale er fundet” være færdig.",
        ),
        (
            "2026-04-22",
            f"{LATE} onsdag 15. april (uge 16)",
            "Det er fem arbejdsdage siden.",
        ),
        (
            "2027-01-05",
            f"{LATE} onsdag 15. april 2026 (uge 16)",
            "Milepælen “Lokale er fundet” skulle have været færdig",
        ),
    ],
)
def test_the_subject_says_what_and_when_in_plain_danish(
    milestone, day, subject, sentence
):
    letter = letter_for(at(day))

    assert letter.subject == subject
    assert sentence in letter.text
    assert ("Rykker" in letter.subject) == (day > "2026-04-15")


def test_the_mail_says_where_why_who_asks_and_links_to_one_page(milestone, settings):
    settings.BASE_URL = "https://helhedsplan.example.org"

    letter = letter_for(at("2026-04-08"))

    url = f"https://helhedsplan.example.org{milestone.get_absolute_url()}"
    for part in (letter.text, letter.html):
        assert "Fritidsjobforløb i Vildtbanegård I" in part
        assert "aktiviteten kan først iværksættes, når den er på plads" in part
        assert "fordi du er ansvarlig for milepælen" in part
        assert "Eksempel Leder" in part
        assert part.count("https://") == 2
        assert url in part
        assert "Få én samlet mail om mandagen i stedet" in part
    assert letter.sender.display_name == "Eksempel Leder, boligsocial helhedsplan"
    assert letter.reply_to.addr_spec == "leder@example.org"


def test_the_mail_is_written_in_the_readers_language(milestone):
    person = milestone.activity.responsible
    person.language = "en"
    person.save()

    letter = letter_for(at("2026-04-08"))

    assert letter.subject == (
        "“Lokale er fundet” must be finished Wednesday 15 April (week 16)"
    )
    assert "In five working days the milestone" in letter.text
    assert 'lang="en"' in letter.html


@pytest.mark.parametrize("language", ["da", "en"])
def test_several_deadlines_stand_in_one_mail_overdue_first(milestone, language):
    person = milestone.activity.responsible
    person.language = language
    person.save()
    programme = milestone.programme
    make_milestone(
        activity=milestone.activity, title="Aftalen", due_on=date(2026, 4, 29)
    )
    make_round(
        programme=programme,
        state="agreed",
        kind="accounts",
        title="Regnskab 2026",
        responsible=person,
        due_on=date(2026, 4, 29),
    )
    make_condition(
        activity=milestone.activity, title="Stilling", expected_on=date(2026, 5, 6)
    )

    letter = letter_for(at("2026-04-29"), recipient=person)

    assert letter.kind == MessageKind.REMINDERS
    for titles in (
        ["Lokale er fundet", "Aftalen", "Stilling"],
        ["Lokale er fundet", "Regnskab 2026", "Stilling"],
    ):
        places = [letter.text.index(title) for title in titles]
        assert all(one < other for one, other in pairwise(places))
    expected = {
        "da": "Du har 4 frister, og 1 er overskredet",
        "en": "You have 4 deadlines, and 1 has passed",
    }
    assert letter.subject == expected[language]


def test_a_grant_expires_and_is_not_demanded(milestone):
    make_grant(programme=milestone.programme, ends_on=date(2026, 12, 31))
    milestone.delete()

    letter = letter_for(at("2026-12-31", 9))

    assert letter.subject == (
        "Bevillingen fra Eksempelfonden udløber torsdag 31. december (uge 53)"
    )
    assert "Rykker" not in letter.subject


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.PARTNER, "opgaven ligger hos Center for Kultur og Fritid"),
        (Role.COORDINATOR, "ikke har en ansvarlig at skrive til, og du er koordinator"),
        (Role.MANAGER, "ikke har en ansvarlig at skrive til, og du er leder"),
    ],
)
def test_the_mail_says_why_this_person_gets_it(role, words):
    activity = make_running_activity(responsible=None)
    partner = make_partner(programme=activity.programme)
    make_member(activity.programme, role, partner=partner)
    make_milestone(activity=activity, responsible_partner=partner)

    assert words in letter_for(at("2026-04-15")).text


def test_a_stand_in_is_told_for_whom():
    person = make_user(name="Eksempel Kontakt", stand_in=make_user(name="Vikar"))
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=person))

    letter = letter_for(at("2026-04-15"))

    assert letter.to.display_name == "Vikar"
    assert "fordi du er stedfortræder for Eksempel Kontakt" in letter.text


def test_example_data_is_called_that(milestone):
    assert "EKSEMPEL" not in letter_for(at("2026-04-08")).text
    Message.objects.all().update(state="obsolete")
    Reminder.objects.update(state="superseded", message=None)
    Message.objects.all().delete()
    make_milestone(
        activity=milestone.activity, is_example=True, due_on=date(2026, 4, 16)
    )

    letter = letter_for(at("2026-04-16"))

    assert "EKSEMPEL" in letter.text
    assert "EKSEMPEL" in letter.html


def test_the_headers_are_those_of_an_automatic_mail_from_a_human(milestone):
    mail = mail_of(letter_for(at("2026-04-08")))

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "da"
    assert mail["Message-ID"] == "<r.1@example.org>"
    assert mail["Reply-To"] == "Eksempel Leder <leder@example.org>"
    assert mail["List-Unsubscribe"] is None
    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]


@pytest.mark.parametrize(
    "nasty",
    [
        "Lokale\r\nBcc: alle@example.org",
        "Lokale\x07\x1b[31m er fundet",
        "Lokale\u2028er fundet",
        "Lokale \u202egnidliforp",
        "<img src=x onerror=alert(1)>",
        "<a href='https://example.org'>klik</a> & æøå " + "x" * 140,
    ],
)
def test_no_title_can_forge_a_header_or_markup(milestone, nasty):
    milestone.title = nasty
    milestone.save()

    letter = letter_for(at("2026-04-08"))
    mail = mail_of(letter)

    assert mail["Bcc"] is None
    assert "\n" not in letter.subject
    for forbidden in ("<img", "<a href='https", "\u202e", "\x1b", "\u2028"):
        assert forbidden not in letter.html
    assert not set(letter.text) & {"\x07", "\x1b", "\u202e", "\r"}


def test_plain_text_is_not_escaped_like_html(milestone):
    milestone.title = "Børn & unge's <aftale>"
    milestone.save()

    letter = letter_for(at("2026-04-08"))

    assert "“Børn & unge's <aftale>”" in letter.text
    assert "Børn &amp; unge" in letter.html


def test_a_name_with_line_feeds_makes_no_second_header(milestone):
    person = milestone.activity.responsible
    person.name = 'Eksempel\r\nBcc: x@example.org "Kontakt"'
    person.save()

    mail = mail_of(letter_for(at("2026-04-08")))

    assert mail["Bcc"] is None
    assert len(mail.get_all("To")) == 1


def test_sentences_run_together_without_loose_points():
    assert paragraph(" En \n. To\n  tre\n : fire ") == "En. To tre: fire"
