"""The programme's frame: who takes part, where, and when."""

from __future__ import annotations

from rollout.models import (
    ClosingPeriod,
    Language,
    Membership,
    Occasion,
    Partner,
    Phase,
    Place,
    Programme,
    ReportingPeriod,
    User,
)
from rollout.plans import keys
from rollout.plans.kinds.shared import CODE, NUMBER, POSITION, SOURCE, proposal
from rollout.plans.schema import Kind, fields_of, key
from rollout.plans.values import Choice, DayOfYear, Email, Flag

PROGRAMME = Kind(
    "programme",
    "programme",
    Programme,
    "The programme itself. A file that only adds to a programme in the database"
    " gives its code instead: `programme: ishoj-2025-2029`.",
    fields_of(
        Programme,
        CODE,
        key("name", "The programme's name."),
        key("municipality", "The municipality that takes part."),
        key("decided_on", "When the council decided to take part."),
        key("starts_on", "When the agreement takes effect."),
        key("ends_on", "The last day of the programme."),
        key("ends_on_is_assumed", "True where the agreement names no last day."),
        key("may_1_off", "True where 1 May is no working day.", column="has_may_1_off"),
        key(
            "june_5_off",
            "True where 5 June is no working day.",
            column="has_june_5_off",
        ),
        key("predecessor", "The programme that this one continues."),
        key("description", "What the programme is, in a few sentences."),
        SOURCE,
    ),
    keys.of("code"),
    programme_path="",
)


PARTNER = Kind(
    "partner",
    "partners",
    Partner,
    "Organisations that take part: departments, schools, housing associations.",
    fields_of(
        Partner,
        CODE,
        key("name", "The organisation's name."),
        key("kind", "What sort of organisation it is."),
        key("email", "A shared mailbox, where there is one."),
        SOURCE,
    ),
    keys.of("code"),
)


PLACE = Kind(
    "place",
    "places",
    Place,
    "Where things happen: housing areas, estates, schools, and groups of places.",
    fields_of(
        Place,
        CODE,
        key("name", "The place's name."),
        key("kind", "What sort of place it is."),
        key("parent", "The place or group that this one is part of."),
        key(
            "requires_readiness",
            "True where nothing may be launched before planning, framework and"
            " parties are ready.",
        ),
        SOURCE,
        POSITION,
    ),
    keys.of("code"),
)


PHASE = Kind(
    "phase",
    "phases",
    Phase,
    "Named waves of the rollout: some places in some window of time.",
    fields_of(
        Phase,
        CODE,
        key("name", "The phase's name."),
        key("starts_on", "Its first day."),
        key("ends_on", "Its last day."),
        key("places", "The places it covers."),
        POSITION,
    ),
    keys.of("code"),
)


CLOSING_PERIOD = Kind(
    "closing_period",
    "closing_periods",
    ClosingPeriod,
    "When people are away, besides weekends and public holidays.",
    fields_of(
        ClosingPeriod,
        key("name", "What the period is called."),
        NUMBER,
        key("kind", "`closed`: no working days; `quiet`: work goes on, no reminders."),
        key("starts_on", "Its first day."),
        key("ends_on", "Its last day."),
    ),
    keys.numbered(keys.of("name", "starts_on", form="{name} ({starts_on})")),
    is_numbered=True,
)


OCCASION = Kind(
    "occasion",
    "occasions",
    Occasion,
    "What comes back every year and shows in the year wheel. It reminds nobody.",
    fields_of(
        Occasion,
        key("title", "What it is called."),
        key("kind", "Whose rhythm it belongs to."),
        key("first", "Its first day, as month and day: `11-01`.", type=DayOfYear()),
        key("last", "Its last day, as month and day: `11-30`.", type=DayOfYear()),
        proposal("True while it is suggested and not confirmed by those concerned."),
        SOURCE,
    ),
    keys.of("title", "first", form="{title} ({first})"),
)


REPORTING_PERIOD = Kind(
    "reporting_period",
    "reporting_periods",
    ReportingPeriod,
    "Periods of the programme's own, for indicators with the rhythm `custom`.",
    fields_of(
        ReportingPeriod,
        key("name", "What the period is called."),
        key("starts_on", "Its first day."),
        key("ends_on", "Its last day."),
    ),
    keys.of("starts_on", "ends_on", form="{starts_on} to {ends_on}"),
)


PERSON = Kind(
    "person",
    "people",
    Membership,
    "People and their role in the programme. A person is known by the e-mail address.",
    fields_of(
        User,
        key("email", "Address and login name.", type=Email(254), is_required=True),
        key("name", "The person's name."),
        key(
            "language",
            "The language of pages and mail.",
            type=Choice(tuple(Language.values)),
            is_required=False,
        ),
        key("active", "False for a person who has left.", column="is_active"),
    )
    + fields_of(
        Membership,
        key("role", "What the person may do in the programme."),
        key("partner", "The organisation for which the person acts."),
        key(
            "head",
            "True for the organisation's head, to whom long overdue things go.",
            type=Flag(),
            is_required=False,
        ),
    ),
    keys.of("email"),
)
