"""Every table of the reminders and mails, as the sixteen migrations before it leave them.
A new database takes this one; they remain for databases that are on their way, and go
with the first release.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name="Calendar",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "programme",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("first_day", models.DateField(verbose_name="first day")),
            ("last_day", models.DateField(verbose_name="last day")),
            ("fingerprint", models.CharField(editable=False, max_length=64)),
        ],
        options={
            "verbose_name": "calendar",
            "verbose_name_plural": "calendars",
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme",),
                    name="calendar_is_one_per_programme",
                    nulls_distinct=False,
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="CalendarDay",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "calendar",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="days",
                    to="notifications.calendar",
                    verbose_name="calendar",
                ),
            ),
            ("day", models.DateField(verbose_name="day")),
            ("is_working", models.BooleanField(verbose_name="working day")),
            ("is_quiet", models.BooleanField(verbose_name="quiet")),
            ("working_index", models.IntegerField(verbose_name="working day number")),
            (
                "off",
                models.CharField(
                    blank=True,
                    choices=[
                        ("weekend", "weekend"),
                        ("holiday", "public holiday"),
                        ("closed", "closed"),
                        ("quiet", "quiet period"),
                    ],
                    max_length=8,
                    verbose_name="off",
                ),
            ),
            ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
            ("send_before", models.DateField()),
            ("send_after", models.DateField()),
        ],
        options={
            "verbose_name": "calendar day",
            "verbose_name_plural": "calendar days",
            "ordering": ["calendar", "day"],
            "indexes": [
                models.Index(
                    condition=models.Q(("is_working", True)),
                    fields=["calendar", "working_index"],
                    name="calendarday_working_by_index",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("calendar", "day"), name="calendarday_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("send_before__lte", models.F("day")),
                        ("send_after__gte", models.F("day")),
                    ),
                    name="calendarday_send_days_enclose_it",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Ladder",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "kind",
                models.CharField(
                    blank=True,
                    choices=[
                        ("milestone", "milestone"),
                        ("data_request", "data request"),
                        ("monitoring", "monitoring"),
                        ("evaluation", "evaluation"),
                        ("accounts", "accounts"),
                        ("status", "status report"),
                        ("condition", "decision"),
                        ("grant", "grant expiry"),
                        ("no_milestone", "no milestone ahead"),
                        ("untouched", "untouched activity"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
        ],
        options={
            "verbose_name": "ladder",
            "verbose_name_plural": "ladders",
            "ordering": [
                models.OrderBy(models.F("programme"), nulls_first=True),
                "kind",
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "kind"),
                    name="ladder_is_one_per_kind",
                    nulls_distinct=False,
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="LadderStep",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "ladder",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="steps",
                    to="notifications.ladder",
                    verbose_name="ladder",
                ),
            ),
            (
                "offset_days",
                models.SmallIntegerField(verbose_name="working days from the due date"),
            ),
            (
                "repeat_every",
                models.PositiveSmallIntegerField(
                    blank=True, null=True, verbose_name="repeated every (working days)"
                ),
            ),
            (
                "until",
                models.PositiveSmallIntegerField(
                    blank=True, null=True, verbose_name="until (working days)"
                ),
            ),
            (
                "audience",
                models.CharField(
                    choices=[
                        ("responsible", "the responsible person"),
                        ("deputy", "the stand-in"),
                        ("lead", "the partner's head"),
                        ("coordinator", "a coordinator"),
                        ("manager", "a manager"),
                    ],
                    default="responsible",
                    max_length=12,
                    verbose_name="to",
                ),
            ),
        ],
        options={
            "verbose_name": "step",
            "verbose_name_plural": "steps",
            "ordering": ["ladder", "offset_days", "audience"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("ladder", "offset_days", "audience"),
                    name="ladderstep_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("repeat_every", None),
                        models.Q(("offset_days__gte", 1), ("repeat_every__gte", 1)),
                        _connector="OR",
                    ),
                    name="ladderstep_repeats_after_the_due_date",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("audience", "responsible"),
                        models.Q(("offset_days__gte", 1), ("repeat_every", None)),
                        _connector="OR",
                    ),
                    name="ladderstep_asks_others_once_overdue",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("until", None),
                        models.Q(
                            ("repeat_every__isnull", False),
                            ("until__gte", models.F("offset_days")),
                        ),
                        _connector="OR",
                    ),
                    name="ladderstep_until_bounds_a_repetition",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Message",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "activity",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            ("dedupe_key", models.CharField(max_length=200, unique=True)),
            (
                "message_id",
                models.CharField(
                    max_length=330, unique=True, verbose_name="Message-ID"
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("reminder", "reminder"),
                        ("overdue", "overdue notice"),
                        ("reminders", "several reminders"),
                        ("digest", "digest"),
                        ("escalation", "escalation"),
                        ("data_request", "data request"),
                        ("transition", "notice of a change"),
                        ("receipt", "receipt"),
                        ("answer", "notice of an answer"),
                        ("responsible", "new responsibility"),
                        ("ready", "may be launched"),
                        ("summary", "weekly summary"),
                        ("meeting", "notice before a meeting"),
                        ("handed_over", "you are now responsible"),
                        ("decision", "decision on an answer"),
                        ("bounce", "notice of an address that does not work"),
                        ("failures", "summary of mails that were given up"),
                        ("question", "question about what is missing"),
                        ("invitation", "invitation"),
                        ("webhook_off", "notice of a webhook that is switched off"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            (
                "recipient",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="recipient",
                ),
            ),
            ("to_address", models.EmailField(max_length=254, verbose_name="to")),
            ("params", models.JSONField(blank=True, default=dict)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("pending", "waiting"),
                        ("sent", "sent"),
                        ("superseded", "replaced by a newer message"),
                        ("obsolete", "no longer needed"),
                        ("suppressed", "the address does not work"),
                        ("uncertain", "may or may not have arrived"),
                        ("dead", "could not be sent"),
                    ],
                    default="pending",
                    max_length=10,
                    verbose_name="state",
                ),
            ),
            ("created_at", models.DateTimeField(verbose_name="made")),
            ("not_before", models.DateTimeField(verbose_name="not before")),
            (
                "expires_at",
                models.DateTimeField(blank=True, null=True, verbose_name="expires"),
            ),
            ("awaits_window", models.BooleanField(default=True)),
            (
                "attempts",
                models.PositiveIntegerField(default=0, verbose_name="attempts"),
            ),
            (
                "uncertain",
                models.PositiveSmallIntegerField(default=0, verbose_name="unanswered"),
            ),
            ("claim_token", models.UUIDField(blank=True, null=True)),
            ("lease_until", models.DateTimeField(blank=True, null=True)),
            ("data_started_at", models.DateTimeField(blank=True, null=True)),
            (
                "sent_at",
                models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
            ),
            (
                "bounced_at",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="came back at"
                ),
            ),
            (
                "smtp_code",
                models.PositiveSmallIntegerField(
                    blank=True, null=True, verbose_name="answer"
                ),
            ),
            (
                "smtp_reply",
                models.TextField(blank=True, verbose_name="answer in words"),
            ),
            ("last_error", models.TextField(blank=True, verbose_name="last error")),
            (
                "sender",
                models.CharField(blank=True, max_length=400, verbose_name="from"),
            ),
            (
                "reply_to",
                models.CharField(blank=True, max_length=400, verbose_name="reply to"),
            ),
            (
                "subject",
                models.CharField(blank=True, max_length=400, verbose_name="subject"),
            ),
            ("text", models.TextField(blank=True, verbose_name="text")),
            ("html", models.TextField(blank=True, verbose_name="HTML")),
            ("body_sha256", models.CharField(blank=True, max_length=64)),
        ],
        options={
            "verbose_name": "message",
            "verbose_name_plural": "messages",
            "ordering": ["-created_at", "-pk"],
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "pending")),
                    fields=["not_before", "id"],
                    name="message_pending_by_time",
                ),
                models.Index(
                    condition=models.Q(("sent_at__isnull", False)),
                    fields=["sent_at"],
                    name="message_by_time_of_sending",
                ),
                models.Index(
                    condition=models.Q(
                        ("state__in", ["dead", "uncertain", "suppressed"])
                    ),
                    fields=["created_at"],
                    name="message_failed_by_time",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            [
                                "pending",
                                "sent",
                                "superseded",
                                "obsolete",
                                "suppressed",
                                "uncertain",
                                "dead",
                            ],
                        )
                    ),
                    name="message_state_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "kind__in",
                            [
                                "reminder",
                                "overdue",
                                "reminders",
                                "digest",
                                "escalation",
                                "data_request",
                                "transition",
                                "receipt",
                                "answer",
                                "responsible",
                                "ready",
                                "summary",
                                "meeting",
                                "handed_over",
                                "decision",
                                "bounce",
                                "failures",
                                "question",
                                "invitation",
                                "webhook_off",
                            ],
                        )
                    ),
                    name="message_kind_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("sent_at__isnull", False), ("state", "sent")),
                        models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at", None),
                        ),
                        _connector="OR",
                    ),
                    name="message_sent_at_iff_sent",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("claim_token", None),
                        ("lease_until__isnull", False),
                        _connector="OR",
                    ),
                    name="message_claim_has_a_lease",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("claim_token", None), ("state", "pending"), _connector="OR"
                    ),
                    name="message_claimed_is_pending",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Bounce",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "message",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="bounces",
                    to="notifications.message",
                    verbose_name="message",
                ),
            ),
            ("address", models.EmailField(max_length=254, verbose_name="e-mail")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("hard", "the address does not work"),
                        ("soft", "it could not be delivered this time"),
                        ("complaint", "the recipient marked it as unwanted"),
                    ],
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            ("key", models.CharField(max_length=200, unique=True)),
            (
                "status",
                models.CharField(blank=True, max_length=12, verbose_name="status"),
            ),
            (
                "text",
                models.TextField(blank=True, verbose_name="the mail server's words"),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
            ("received_at", models.DateTimeField(verbose_name="received at")),
        ],
        options={
            "verbose_name": "returned mail",
            "verbose_name_plural": "returned mails",
            "ordering": ["-at", "-pk"],
            "indexes": [
                models.Index(
                    django.db.models.functions.text.Lower("address"),
                    models.F("at"),
                    name="bounce_by_address",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("kind__in", ["hard", "soft", "complaint"])),
                    name="bounce_kind_is_known",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="0f73e7174a8d869a2ee7f393e8748b0c589fd7ac",
                        operation="UPDATE",
                        pgid="pgtrigger_append_only_f9abe",
                        table="notifications_bounce",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SuppressedAddress",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            ("address", models.EmailField(max_length=254, verbose_name="e-mail")),
            ("reason", models.TextField(verbose_name="the mail server's answer")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("hard", "the address does not work"),
                        ("soft", "it could not be delivered this time"),
                        ("complaint", "the recipient marked it as unwanted"),
                    ],
                    db_default="hard",
                    default="hard",
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            (
                "message",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="notifications.message",
                    verbose_name="message",
                ),
            ),
            ("suppressed_at", models.DateTimeField(verbose_name="since")),
            (
                "announced_at",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="announced at"
                ),
            ),
            (
                "lifted_at",
                models.DateTimeField(blank=True, null=True, verbose_name="lifted at"),
            ),
            (
                "lifted_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="lifted by",
                ),
            ),
        ],
        options={
            "verbose_name": "suppressed address",
            "verbose_name_plural": "suppressed addresses",
            "ordering": ["-suppressed_at", "-pk"],
            "constraints": [
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("address"),
                    condition=models.Q(("lifted_at", None)),
                    name="suppressedaddress_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(("kind__in", ["hard", "soft", "complaint"])),
                    name="suppressedaddress_kind_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("lifted_by", None),
                        ("lifted_at__isnull", False),
                        _connector="OR",
                    ),
                    name="suppressedaddress_lifted_by_somebody_at_a_time",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Answer",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("milestone", "milestone"),
                        ("data_request", "data request"),
                        ("monitoring", "monitoring"),
                        ("evaluation", "evaluation"),
                        ("accounts", "accounts"),
                        ("status", "status report"),
                        ("condition", "decision"),
                        ("grant", "grant expiry"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            ("object_id", models.BigIntegerField()),
            ("title", models.CharField(max_length=300, verbose_name="title")),
            ("is_example", models.BooleanField(default=False, verbose_name="example")),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "activity",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="rollout.activity",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="answered at")),
            (
                "choice",
                models.CharField(
                    choices=[
                        ("done", "It is finished"),
                        ("number", "Here is the number"),
                        ("not_mine", "It is not mine"),
                        ("more_time", "I need more time"),
                        ("not_relevant", "It is no longer relevant"),
                    ],
                    max_length=12,
                    verbose_name="answer",
                ),
            ),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "file",
                models.FileField(
                    blank=True,
                    editable=False,
                    max_length=120,
                    upload_to="answers/",
                    verbose_name="file",
                ),
            ),
            (
                "file_name",
                models.CharField(
                    blank=True, max_length=200, verbose_name="name of the file"
                ),
            ),
            (
                "value",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    max_digits=14,
                    null=True,
                    verbose_name="number",
                ),
            ),
            (
                "handed_to",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="handed over to",
                ),
            ),
            ("due_on", models.DateField(verbose_name="due on when it was asked")),
            (
                "new_due_on",
                models.DateField(
                    blank=True, null=True, verbose_name="new date asked for"
                ),
            ),
            ("before", models.JSONField(blank=True, default=dict)),
            ("undo_until", models.DateTimeField(verbose_name="can be undone until")),
            (
                "undone_at",
                models.DateTimeField(blank=True, null=True, verbose_name="undone at"),
            ),
            (
                "accepted",
                models.BooleanField(blank=True, null=True, verbose_name="accepted"),
            ),
            (
                "decided_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="decided by",
                ),
            ),
            (
                "decided_at",
                models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
            ),
            (
                "decision_note",
                models.TextField(blank=True, verbose_name="note on the decision"),
            ),
        ],
        options={
            "verbose_name": "answer",
            "verbose_name_plural": "answers",
            "ordering": ["-at", "-pk"],
            "indexes": [
                models.Index(fields=["kind", "object_id"], name="answer_by_object")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "choice__in",
                            ["done", "number", "not_mine", "more_time", "not_relevant"],
                        )
                    ),
                    name="answer_choice_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            models.Q(("choice", "number"), _negated=True),
                            ("value__isnull", False),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(("choice", "more_time"), _negated=True),
                            ("new_due_on__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    name="answer_brings_what_it_says",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("file", ""),
                        models.Q(("file_name", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="answer_file_has_a_name",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("accepted", None), ("decided_at", None)),
                        models.Q(
                            ("accepted__isnull", False),
                            ("choice__in", ("more_time", "not_relevant")),
                            ("decided_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="answer_decided_iff_at_a_time",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("undone_at", None), ("decided_at", None), _connector="OR"
                    ),
                    name="answer_is_undone_or_decided",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ActionLink",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            ("digest", models.CharField(editable=False, max_length=64, unique=True)),
            (
                "purpose",
                models.CharField(
                    choices=[
                        ("answer", "answer to a deadline"),
                        ("undo", "undoing an answer"),
                        ("decide", "decision on an answer"),
                    ],
                    max_length=8,
                    verbose_name="purpose",
                ),
            ),
            (
                "recipient",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="recipient",
                ),
            ),
            ("address", models.EmailField(max_length=254, verbose_name="to")),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("milestone", "milestone"),
                        ("data_request", "data request"),
                        ("monitoring", "monitoring"),
                        ("evaluation", "evaluation"),
                        ("accounts", "accounts"),
                        ("status", "status report"),
                        ("condition", "decision"),
                        ("grant", "grant expiry"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            ("object_id", models.BigIntegerField()),
            ("bound_to", models.CharField(max_length=120)),
            (
                "message",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="links",
                    to="notifications.message",
                    verbose_name="message",
                ),
            ),
            (
                "answer",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="links",
                    to="notifications.answer",
                    verbose_name="answer",
                ),
            ),
            ("issued_at", models.DateTimeField(verbose_name="issued at")),
            ("expires_at", models.DateTimeField(verbose_name="expires")),
            (
                "opened_at",
                models.DateTimeField(blank=True, null=True, verbose_name="opened at"),
            ),
            (
                "used_at",
                models.DateTimeField(blank=True, null=True, verbose_name="used at"),
            ),
        ],
        options={
            "verbose_name": "action link",
            "verbose_name_plural": "action links",
            "ordering": ["-issued_at", "-pk"],
            "indexes": [
                models.Index(fields=["kind", "object_id"], name="actionlink_by_object")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("purpose__in", ["answer", "undo", "decide"])),
                    name="actionlink_purpose_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                    name="actionlink_stores_a_digest",
                ),
                models.CheckConstraint(
                    condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                    name="actionlink_expires_after_issue",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("answer__isnull", True),
                            ("purpose", "answer"),
                            ("used_at__isnull", True),
                        ),
                        models.Q(
                            ("answer__isnull", False),
                            ("purpose", "answer"),
                            ("used_at__isnull", False),
                        ),
                        models.Q(
                            models.Q(("purpose", "answer"), _negated=True),
                            ("answer__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="actionlink_answers_once_used",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        ("answer__isnull", False), ("purpose", "answer")
                    ),
                    fields=("answer",),
                    name="actionlink_gives_one_answer",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LinkUse",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "link",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="uses",
                    to="notifications.actionlink",
                    verbose_name="link",
                ),
            ),
            (
                "what",
                models.CharField(
                    choices=[
                        ("opened", "page opened"),
                        ("answered", "answered"),
                        ("undone", "answer undone"),
                        ("accepted", "answer accepted"),
                        ("refused", "answer refused"),
                    ],
                    max_length=8,
                    verbose_name="what",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
        ],
        options={
            "verbose_name": "use of a link",
            "verbose_name_plural": "uses of links",
            "ordering": ["at", "pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "what__in",
                            ["opened", "answered", "undone", "accepted", "refused"],
                        )
                    ),
                    name="linkuse_is_known",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                        hash="c3e5c8c7ed5a0de532dafc12d369e5de166a8824",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_append_only_506f5",
                        table="notifications_linkuse",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Reminder",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("milestone", "milestone"),
                        ("data_request", "data request"),
                        ("monitoring", "monitoring"),
                        ("evaluation", "evaluation"),
                        ("accounts", "accounts"),
                        ("status", "status report"),
                        ("condition", "decision"),
                        ("grant", "grant expiry"),
                        ("no_milestone", "no milestone ahead"),
                        ("untouched", "untouched activity"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            ("object_id", models.BigIntegerField()),
            ("due_on", models.DateField(verbose_name="due on")),
            ("title", models.CharField(max_length=300, verbose_name="title")),
            ("is_example", models.BooleanField(default=False, verbose_name="example")),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "activity",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            ("step", models.IntegerField(verbose_name="step")),
            (
                "audience",
                models.CharField(
                    choices=[
                        ("responsible", "the responsible person"),
                        ("deputy", "the stand-in"),
                        ("lead", "the partner's head"),
                        ("coordinator", "a coordinator"),
                        ("manager", "a manager"),
                    ],
                    max_length=12,
                    verbose_name="to",
                ),
            ),
            (
                "recipient",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="recipient",
                ),
            ),
            (
                "principal",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="on behalf of",
                ),
            ),
            (
                "why",
                models.CharField(
                    blank=True,
                    choices=[
                        ("responsible", "responsible"),
                        ("contact", "contact of the partner"),
                        ("deputy", "stand-in"),
                        ("lead", "head of the partner"),
                        ("coordinator", "coordinator"),
                        ("manager", "manager"),
                    ],
                    max_length=12,
                    verbose_name="why this person",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("planned", "planned"),
                        ("held", "held back"),
                        ("cancelled", "cancelled"),
                        ("superseded", "passed over for a later step"),
                        ("merged", "put into a message"),
                    ],
                    max_length=10,
                    verbose_name="state",
                ),
            ),
            (
                "reason",
                models.CharField(blank=True, max_length=20, verbose_name="reason"),
            ),
            ("params", models.JSONField(blank=True, default=dict)),
            ("send_on", models.DateField(verbose_name="goes out on")),
            (
                "moved_from",
                models.DateField(blank=True, null=True, verbose_name="moved from"),
            ),
            (
                "moved_off",
                models.CharField(
                    blank=True,
                    choices=[
                        ("weekend", "weekend"),
                        ("holiday", "public holiday"),
                        ("closed", "closed"),
                        ("quiet", "quiet period"),
                        ("digest", "digest"),
                        ("paused", "pause"),
                        ("notice", "first announced"),
                    ],
                    max_length=8,
                    verbose_name="moved because of",
                ),
            ),
            ("moved_name", models.CharField(blank=True, max_length=120)),
            (
                "escalates_on",
                models.DateField(
                    blank=True, null=True, verbose_name="others are asked on"
                ),
            ),
            (
                "escalates_to",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="who is asked then",
                ),
            ),
            (
                "escalates_why",
                models.CharField(
                    blank=True,
                    choices=[
                        ("responsible", "responsible"),
                        ("contact", "contact of the partner"),
                        ("deputy", "stand-in"),
                        ("lead", "head of the partner"),
                        ("coordinator", "coordinator"),
                        ("manager", "manager"),
                    ],
                    max_length=12,
                    verbose_name="why that person",
                ),
            ),
            (
                "message",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.RESTRICT,
                    related_name="reminders",
                    to="notifications.message",
                    verbose_name="message",
                ),
            ),
            ("planned_at", models.DateTimeField(verbose_name="planned at")),
            ("changed_at", models.DateTimeField(verbose_name="changed at")),
        ],
        options={
            "verbose_name": "reminder",
            "verbose_name_plural": "reminders",
            "ordering": ["send_on", "due_on", "pk"],
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "planned")),
                    fields=["recipient", "send_on"],
                    name="reminder_planned_by_recipient",
                ),
                models.Index(
                    condition=models.Q(("state__in", ("planned", "held"))),
                    fields=["kind", "object_id"],
                    name="reminder_unsettled_by_object",
                ),
                models.Index(
                    fields=["activity", "send_on"], name="reminder_by_activity"
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("kind", "object_id", "due_on", "step", "recipient"),
                    name="reminder_is_unique",
                    nulls_distinct=False,
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            ["planned", "held", "cancelled", "superseded", "merged"],
                        )
                    ),
                    name="reminder_state_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("message__isnull", False), ("state", "merged")),
                        models.Q(
                            models.Q(("state", "merged"), _negated=True),
                            ("message", None),
                        ),
                        _connector="OR",
                    ),
                    name="reminder_merged_iff_in_a_message",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("recipient__isnull", False),
                        models.Q(("state__in", ["planned", "merged"]), _negated=True),
                        _connector="OR",
                    ),
                    name="reminder_planned_has_a_recipient",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("moved_from", None), ("moved_off", "")),
                        models.Q(
                            ("moved_from__isnull", False),
                            models.Q(("moved_off", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="reminder_moved_says_why",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Responsibility",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[("activity", "activity"), ("milestone", "milestone")],
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            ("object_id", models.BigIntegerField()),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="person",
                ),
            ),
            ("seen_at", models.DateTimeField(verbose_name="since")),
            ("is_told", models.BooleanField(verbose_name="told")),
            (
                "message",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="responsibilities",
                    to="notifications.message",
                    verbose_name="message",
                ),
            ),
        ],
        options={
            "verbose_name": "responsibility",
            "verbose_name_plural": "responsibilities",
            "ordering": ["programme", "kind", "object_id"],
            "indexes": [
                models.Index(
                    condition=models.Q(("is_told", False)),
                    fields=["seen_at"],
                    name="responsibility_untold",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("kind", "object_id"), name="responsibility_is_seen_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_told", True), ("person__isnull", False), _connector="OR"
                    ),
                    name="responsibility_untold_has_a_person",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Edition",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("name", models.CharField(max_length=40, verbose_name="name")),
            ("of", models.DateField(verbose_name="edition of")),
            ("made_on", models.DateField(verbose_name="made on")),
        ],
        options={
            "verbose_name": "edition",
            "verbose_name_plural": "editions",
            "ordering": ["-of", "programme", "name"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "name", "of"), name="edition_is_made_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Heartbeat",
        fields=[
            (
                "name",
                models.CharField(
                    max_length=20,
                    primary_key=True,
                    serialize=False,
                    verbose_name="name",
                ),
            ),
            ("beat_at", models.DateTimeField(verbose_name="last seen")),
            ("counts", models.JSONField(default=dict)),
        ],
        options={
            "verbose_name": "heartbeat",
            "verbose_name_plural": "heartbeats",
        },
    ),
    migrations.CreateModel(
        name="Breaker",
        fields=[
            (
                "name",
                models.CharField(
                    max_length=120,
                    primary_key=True,
                    serialize=False,
                    verbose_name="mail server",
                ),
            ),
            (
                "failures",
                models.PositiveIntegerField(
                    default=0, verbose_name="failures in a row"
                ),
            ),
            (
                "open_until",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="no mail before"
                ),
            ),
            ("last_error", models.TextField(blank=True, verbose_name="last error")),
            (
                "is_configuration",
                models.BooleanField(default=False, verbose_name="our configuration"),
            ),
        ],
        options={
            "verbose_name": "mail server",
            "verbose_name_plural": "mail servers",
        },
    ),
    migrations.CreateModel(
        name="SendingHold",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            ("since", models.DateTimeField(verbose_name="since")),
            ("why", models.CharField(max_length=200, verbose_name="why")),
        ],
        options={
            "verbose_name": "hold of all sending",
            "verbose_name_plural": "holds of all sending",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("pk", 1)), name="there_is_at_most_one_hold"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="CalendarFeed",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="owner",
                ),
            ),
            (
                "scope",
                models.CharField(
                    choices=[
                        ("person", "my own deadlines"),
                        ("place", "one place"),
                        ("programme", "the whole programme"),
                    ],
                    max_length=10,
                    verbose_name="content",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "place",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.place",
                    verbose_name="place",
                ),
            ),
            ("digest", models.CharField(editable=False, max_length=64, unique=True)),
            ("created_at", models.DateTimeField(verbose_name="created")),
            (
                "revoked_at",
                models.DateTimeField(blank=True, null=True, verbose_name="revoked"),
            ),
            ("refreshed_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "verbose_name": "calendar",
            "verbose_name_plural": "calendars",
            "ordering": ["-created_at", "-pk"],
            "indexes": [
                models.Index(
                    condition=models.Q(("revoked_at", None)),
                    fields=["refreshed_at"],
                    name="calendarfeed_open_by_age",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("place", None), ("programme", None), ("scope", "person")
                        ),
                        models.Q(
                            ("place__isnull", False),
                            ("programme", None),
                            ("scope", "place"),
                        ),
                        models.Q(
                            ("place", None),
                            ("programme__isnull", False),
                            ("scope", "programme"),
                        ),
                        _connector="OR",
                    ),
                    name="calendarfeed_scope_names_its_object",
                ),
                models.CheckConstraint(
                    condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                    name="calendarfeed_stores_a_digest",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CalendarEvent",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "feed",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="events",
                    to="notifications.calendarfeed",
                    verbose_name="calendar",
                ),
            ),
            ("key", models.CharField(max_length=40)),
            ("kind", models.CharField(max_length=12, verbose_name="kind")),
            ("title", models.CharField(max_length=300, verbose_name="title")),
            (
                "about",
                models.CharField(blank=True, max_length=330, verbose_name="activity"),
            ),
            ("due_on", models.DateField(verbose_name="due on")),
            ("path", models.CharField(max_length=100)),
            (
                "is_tentative",
                models.BooleanField(default=False, verbose_name="tentative"),
            ),
            ("is_example", models.BooleanField(default=False, verbose_name="example")),
            ("sequence", models.PositiveIntegerField(default=0, verbose_name="number")),
            ("changed_at", models.DateTimeField(verbose_name="changed")),
            (
                "cancelled_at",
                models.DateTimeField(blank=True, null=True, verbose_name="cancelled"),
            ),
        ],
        options={
            "verbose_name": "calendar event",
            "verbose_name_plural": "calendar events",
            "ordering": ["due_on", "key"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("feed", "key"), name="calendarevent_is_unique"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Webhook",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "version",
                models.PositiveIntegerField(
                    default=1, editable=False, verbose_name="version"
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="owner",
                ),
            ),
            ("url", models.CharField(max_length=500, verbose_name="address")),
            (
                "description",
                models.CharField(
                    blank=True, max_length=200, verbose_name="description"
                ),
            ),
            (
                "event_types",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60),
                    size=None,
                    verbose_name="what it is told",
                ),
            ),
            ("salt", models.CharField(editable=False, max_length=32)),
            ("old_salt", models.CharField(blank=True, editable=False, max_length=32)),
            ("old_until", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "off_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("by_hand", "switched off by hand"),
                        ("failures", "it failed for a week"),
                        ("gone", "the receiver wants no more"),
                        ("owner", "its owner may no longer have it"),
                    ],
                    max_length=8,
                    verbose_name="switched off",
                ),
            ),
            (
                "off_at",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="switched off at"
                ),
            ),
            ("transaction", models.BigIntegerField(editable=False)),
            ("number", models.BigIntegerField(editable=False)),
            ("database", models.BigIntegerField(editable=False)),
            (
                "failures",
                models.PositiveIntegerField(
                    default=0, verbose_name="failures in a row"
                ),
            ),
            (
                "failing_since",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="failing since"
                ),
            ),
            ("paused_until", models.DateTimeField(blank=True, null=True)),
            ("created_at", models.DateTimeField(verbose_name="created")),
        ],
        options={
            "verbose_name": "webhook",
            "verbose_name_plural": "webhooks",
            "ordering": ["programme", "pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("off_at", None), ("off_reason", "")),
                        models.Q(
                            models.Q(("off_reason", ""), _negated=True),
                            ("off_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="webhook_off_iff_since_a_time",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("old_salt", ""), ("old_until", None)),
                        models.Q(
                            models.Q(("old_salt", ""), _negated=True),
                            ("old_until__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="webhook_old_key_has_an_end",
                ),
                models.CheckConstraint(
                    condition=models.Q(("event_types", []), _negated=True),
                    name="webhook_is_told_something",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("failing_since", None), ("failures", 0)),
                        models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                        _connector="OR",
                    ),
                    name="webhook_fails_since_a_time",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="b1fc4842f0e3d751007425b9c269e62c10623e2f",
                        operation='UPDATE OF "url", "description", "event_types", "salt", "off_reason", "owner_id"',
                        pgid="pgtrigger_version_moves_7e47e",
                        table="notifications_webhook",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Delivery",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            (
                "webhook",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="notifications.webhook",
                    verbose_name="webhook",
                ),
            ),
            ("event_id", models.CharField(max_length=80, verbose_name="event")),
            ("event_type", models.CharField(max_length=60, verbose_name="type")),
            ("transaction", models.BigIntegerField(editable=False)),
            ("number", models.BigIntegerField(editable=False)),
            ("body", models.TextField(verbose_name="body")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("pending", "waiting"),
                        ("sent", "received"),
                        ("dead", "given up"),
                    ],
                    default="pending",
                    max_length=8,
                    verbose_name="state",
                ),
            ),
            ("created_at", models.DateTimeField(verbose_name="made")),
            ("not_before", models.DateTimeField(verbose_name="not before")),
            (
                "attempts",
                models.PositiveIntegerField(default=0, verbose_name="attempts"),
            ),
            ("claim_token", models.UUIDField(blank=True, null=True)),
            ("lease_until", models.DateTimeField(blank=True, null=True)),
            (
                "sent_at",
                models.DateTimeField(blank=True, null=True, verbose_name="received at"),
            ),
            (
                "status",
                models.PositiveSmallIntegerField(
                    blank=True, null=True, verbose_name="answer"
                ),
            ),
            ("answer", models.TextField(blank=True, verbose_name="answer in words")),
            ("last_error", models.TextField(blank=True, verbose_name="last error")),
        ],
        options={
            "verbose_name": "call",
            "verbose_name_plural": "calls",
            "ordering": ["-pk"],
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "pending")),
                    fields=["not_before", "id"],
                    name="delivery_pending_by_time",
                ),
                models.Index(fields=["webhook", "-id"], name="delivery_by_webhook"),
                models.Index(fields=["created_at"], name="delivery_by_age"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("webhook", "event_id"), name="delivery_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("sent_at__isnull", False), ("state", "sent")),
                        models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at", None),
                        ),
                        _connector="OR",
                    ),
                    name="delivery_sent_at_iff_sent",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("claim_token", None),
                        ("lease_until__isnull", False),
                        _connector="OR",
                    ),
                    name="delivery_claim_has_a_lease",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("claim_token", None), ("state", "pending"), _connector="OR"
                    ),
                    name="delivery_claimed_is_pending",
                ),
            ],
        },
    ),
]
#: Part of the tables above, and made by themselves: the operation that pgtrigger has for
#: it makes all models anew each time, which takes longer than the whole migration.
TRIGGERS = [
    trigger for table in TABLES for trigger in table.options.get("triggers", [])
]


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0001_calendar_ladder_ledger_outbox"),
        ("notifications", "0002_action_links"),
        ("notifications", "0003_reminder_moved_into_the_digest"),
        ("notifications", "0004_calendar_feeds"),
        ("notifications", "0005_nudges"),
        ("notifications", "0006_returned_mail"),
        ("notifications", "0007_digests"),
        ("notifications", "0008_invitations"),
        ("notifications", "0009_responsibilities_and_more_kinds_of_mail"),
        ("notifications", "0010_questions_summaries_and_evidence"),
        ("notifications", "0011_escalation"),
        ("notifications", "0012_default_ladders_ask_others"),
        ("notifications", "0013_webhooks"),
        ("notifications", "0014_time_of_sending"),
        ("notifications", "0015_hold_of_all_sending"),
        ("notifications", "0016_decisions_on_what_is_no_longer_relevant"),
    ]

    initial = True

    dependencies = [
        ("rollout", "0001_squashed_0030"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *TABLES,
        *(
            migrations.RunSQL([trigger.install_sql], [trigger.uninstall_sql])
            for trigger in TRIGGERS
        ),
    ]
