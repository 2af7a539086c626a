"""Addresses of the fragments, included at the site's root."""

from django.urls import path

from notifications.web import (
    actions,
    addresses,
    answers,
    engine,
    evidence,
    feeds,
    forecast,
    log,
    mail_events,
    profile,
    questions,
    subscription,
    transition,
    views,
    webhooks,
    whatif,
)
from notifications.web.settings import calendar as settings_calendar
from notifications.web.settings import ladders as settings_ladders

app_name = "notifications"

urlpatterns = [
    path("my-work/answers/", answers.waiting, name="answers_waiting"),
    path(
        "my-work/answers/<int:pk>/decision/",
        answers.decide,
        name="decide_answer",
    ),
    path("engine/", engine.engine, name="engine"),
    path("settings/ladders/", settings_ladders.ladders, name="settings_ladders"),
    path(
        "settings/ladders/<slug:kind>/",
        settings_ladders.ladder,
        name="settings_ladder",
    ),
    path(
        "settings/ladders/<slug:kind>/removal/",
        settings_ladders.ladder_removal,
        name="settings_ladder_removal",
    ),
    path("settings/calendar/", settings_calendar.calendar, name="settings_calendar"),
    path(
        "settings/calendar/half-days/",
        settings_calendar.half_days,
        name="settings_half_days",
    ),
    path(
        "settings/calendar/new/",
        settings_calendar.new_period,
        name="settings_period_new",
    ),
    path(
        "settings/calendar/<int:pk>/",
        settings_calendar.period,
        name="settings_period",
    ),
    path(
        "settings/calendar/<int:pk>/removal/",
        settings_calendar.period_removal,
        name="settings_period_removal",
    ),
    path("mail-events/", mail_events.mail_events, name="mail_events"),
    path("messages/engine/", engine.signs_of_life, name="signs_of_life"),
    path("messages/", log.log, name="log"),
    path("messages/addresses/", addresses.addresses, name="addresses"),
    path("messages/addresses/<int:pk>/lift/", addresses.lift, name="lift_address"),
    path("messages/<int:pk>/", log.message, name="message"),
    path("messages/<int:pk>/again/", log.again, name="again"),
    path("forecast/", forecast.next_days, name="forecast"),
    path(
        "activities/<int:pk>/reminders/",
        views.activity_reminders,
        name="activity_reminders",
    ),
    path("activities/<int:pk>/questions/", questions.ask, name="questions"),
    path(
        "partners/<int:pk>/reminders/",
        views.partner_reminders,
        name="partner_reminders",
    ),
    path("what-if/milestones/<int:pk>/", whatif.milestone, name="what_if_milestone"),
    path("what-if/activities/<int:pk>/", whatif.launch, name="what_if_launch"),
    path(
        "what-if/transitions/<int:pk>/<str:name>/",
        transition.transition,
        name="what_if_transition",
    ),
    path("what-if/shift/", whatif.shift, name="what_if_shift"),
    path("what-if/rounds/<int:pk>/", whatif.monitoring_round, name="what_if_round"),
    path("calendar/<str:token>.ics", feeds.calendar, name="calendar"),
    path("settings/calendars/", feeds.calendars, name="calendars"),
    path("settings/calendars/new/", feeds.create, name="create_calendar"),
    path("settings/calendars/<int:pk>/revoke/", feeds.revoke, name="revoke_calendar"),
    path("settings/webhooks/", webhooks.listed, name="webhooks"),
    path("settings/webhooks/new/", webhooks.new, name="webhook_new"),
    path("settings/webhooks/<int:pk>/", webhooks.one, name="webhook"),
    path("settings/webhooks/<int:pk>/key/", webhooks.new_key, name="webhook_key"),
    path("settings/webhooks/<int:pk>/switch/", webhooks.switch, name="webhook_switch"),
    path("settings/webhooks/<int:pk>/test/", webhooks.ping, name="webhook_test"),
    path("settings/webhooks/<int:pk>/removal/", webhooks.remove, name="webhook_remove"),
    path(
        "settings/webhooks/<int:pk>/calls/<int:delivery_pk>/again/",
        webhooks.again,
        name="call_again",
    ),
    path("profile/", profile.profile, name="profile"),
    path("mails/<str:token>/", subscription.subscription, name="subscription"),
    path("answer/<str:token>/", actions.open_link, name="open_link"),
    path("answers/files/<int:pk>/", evidence.evidence, name="evidence"),
    path("answers/<str:reference>/", actions.action, name="action"),
]
