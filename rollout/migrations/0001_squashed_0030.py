"""Every table of the domain, its history and its views, as the thirty migrations before it
leave them. A new database takes this one, in a quarter of their time; they remain for
databases that are on their way, and go with the first release.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import rollout.models.likeness
import rollout.names
from rollout.migrations import _likeness, _record, _views

TABLES = [
    migrations.CreateModel(
        name="Programme",
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
            ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
            (
                "name",
                models.CharField(
                    max_length=200,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            (
                "municipality",
                models.CharField(max_length=100, verbose_name="municipality"),
            ),
            ("starts_on", models.DateField(verbose_name="starts on")),
            ("ends_on", models.DateField(verbose_name="ends on")),
            (
                "ends_on_is_assumed",
                models.BooleanField(default=False, verbose_name="end date is assumed"),
            ),
            (
                "decided_on",
                models.DateField(blank=True, null=True, verbose_name="decided on"),
            ),
            (
                "predecessor",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="successors",
                    to="rollout.programme",
                    verbose_name="continues",
                ),
            ),
            ("description", models.TextField(blank=True, verbose_name="description")),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
            (
                "has_may_1_off",
                models.BooleanField(
                    db_default=False, default=False, verbose_name="1 May is a day off"
                ),
            ),
            (
                "has_june_5_off",
                models.BooleanField(
                    db_default=False, default=False, verbose_name="5 June is a day off"
                ),
            ),
        ],
        options={
            "verbose_name": "programme",
            "verbose_name_plural": "programmes",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("starts_on__lt", models.F("ends_on"))),
                    name="programme_starts_before_it_ends",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("predecessor", None),
                        models.Q(("predecessor", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="programme_is_not_its_own_predecessor",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Place",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="places",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            (
                "name",
                models.CharField(
                    max_length=120,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("housing_area", "housing area"),
                        ("estate", "estate"),
                        ("school", "school"),
                        ("group", "group of places"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            (
                "parent",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="children",
                    to="rollout.place",
                    verbose_name="part of",
                ),
            ),
            (
                "requires_readiness",
                models.BooleanField(default=False, verbose_name="requires readiness"),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
        ],
        options={
            "verbose_name": "place",
            "verbose_name_plural": "places",
            "ordering": ["programme", "position", "code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "code"), name="place_code_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("parent", None),
                        models.Q(("parent", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="place_is_not_its_own_parent",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Phase",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="phases",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            (
                "name",
                models.CharField(
                    max_length=120,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            ("starts_on", models.DateField(verbose_name="starts on")),
            ("ends_on", models.DateField(verbose_name="ends on")),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
            (
                "places",
                models.ManyToManyField(
                    blank=True,
                    related_name="phases",
                    to="rollout.place",
                    verbose_name="places",
                ),
            ),
        ],
        options={
            "verbose_name": "phase",
            "verbose_name_plural": "phases",
            "ordering": ["programme", "position", "starts_on"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "code"), name="phase_code_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(("starts_on__lt", models.F("ends_on"))),
                    name="phase_starts_before_it_ends",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="User",
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
            ("password", models.CharField(max_length=128, verbose_name="password")),
            (
                "last_login",
                models.DateTimeField(blank=True, null=True, verbose_name="last login"),
            ),
            (
                "is_superuser",
                models.BooleanField(
                    default=False,
                    help_text="Designates that this user has all permissions without explicitly assigning them.",
                    verbose_name="superuser status",
                ),
            ),
            (
                "email",
                models.EmailField(max_length=254, unique=True, verbose_name="e-mail"),
            ),
            (
                "name",
                models.CharField(
                    max_length=120,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            (
                "language",
                models.CharField(
                    choices=[("da", "Dansk"), ("en", "English")],
                    default="da",
                    max_length=2,
                    verbose_name="language",
                ),
            ),
            ("is_active", models.BooleanField(default=True, verbose_name="active")),
            (
                "is_staff",
                models.BooleanField(
                    default=False, verbose_name="instance administrator"
                ),
            ),
            (
                "is_national_observer",
                models.BooleanField(
                    db_default=False, default=False, verbose_name="national observer"
                ),
            ),
            (
                "is_service",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    editable=False,
                    verbose_name="service account",
                ),
            ),
            (
                "stand_in",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="stand-in",
                ),
            ),
            (
                "stand_in_from",
                models.DateField(blank=True, null=True, verbose_name="stand-in from"),
            ),
            (
                "stand_in_until",
                models.DateField(blank=True, null=True, verbose_name="stand-in until"),
            ),
            (
                "reminder_mode",
                models.CharField(
                    choices=[
                        ("single", "each deadline by itself, when its day comes"),
                        ("digest", "one mail on Mondays about everything"),
                        ("required", "only what has to be sent"),
                    ],
                    db_default="single",
                    default="single",
                    max_length=8,
                    verbose_name="reminders",
                ),
            ),
            (
                "paused_until",
                models.DateField(
                    blank=True, null=True, verbose_name="pause until and including"
                ),
            ),
            (
                "has_weekly_summary",
                models.BooleanField(
                    db_default=True, default=True, verbose_name="weekly summary"
                ),
            ),
            (
                "tour_seen_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="tour seen"
                ),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
            (
                "groups",
                models.ManyToManyField(
                    blank=True,
                    help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.group",
                    verbose_name="groups",
                ),
            ),
            (
                "user_permissions",
                models.ManyToManyField(
                    blank=True,
                    help_text="Specific permissions for this user.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.permission",
                    verbose_name="user permissions",
                ),
            ),
        ],
        options={
            "verbose_name": "person",
            "verbose_name_plural": "people",
            "ordering": ["name", "email"],
            "constraints": [
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("email"),
                    name="user_email_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("reminder_mode__in", ["single", "digest", "required"])
                    ),
                    name="user_reminder_mode_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_service", False),
                        models.Q(("is_staff", False), ("is_superuser", False)),
                        _connector="OR",
                    ),
                    name="user_service_account_administers_nothing",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("stand_in", None),
                        models.Q(("stand_in", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="user_is_not_own_stand_in",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("stand_in_from", None),
                        ("stand_in_until", None),
                        ("stand_in_from__lte", models.F("stand_in_until")),
                        _connector="OR",
                    ),
                    name="user_stand_in_window_is_in_order",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Partner",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="partners",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            (
                "name",
                models.CharField(
                    max_length=200,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("department", "department"),
                        ("school", "school"),
                        ("housing_association", "housing association"),
                        ("police", "police"),
                        ("association", "association"),
                        ("foundation", "foundation"),
                        ("lbf", "Landsbyggefonden"),
                    ],
                    max_length=20,
                    verbose_name="kind",
                ),
            ),
            (
                "email",
                models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="head",
                ),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
        ],
        options={
            "verbose_name": "partner",
            "verbose_name_plural": "partners",
            "ordering": ["programme", "kind", "name"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "code"), name="partner_code_is_unique"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="FocusArea",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="focus_areas",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            (
                "name",
                models.CharField(
                    max_length=200,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "sub_agreement_outdated_since",
                models.DateField(
                    blank=True,
                    null=True,
                    verbose_name="sub-agreement to be updated since",
                ),
            ),
            (
                "sub_agreement_outdated_reason",
                models.TextField(
                    blank=True, verbose_name="why the sub-agreement is to be updated"
                ),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
            (
                "departments",
                models.ManyToManyField(
                    blank=True,
                    related_name="focus_areas",
                    to="rollout.partner",
                    verbose_name="departments that take part",
                ),
            ),
        ],
        options={
            "verbose_name": "focus area",
            "verbose_name_plural": "focus areas",
            "ordering": ["programme", "position", "code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "code"), name="focusarea_code_is_unique"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SubAgreement",
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
                "focus_area",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="sub_agreements",
                    to="rollout.focusarea",
                    verbose_name="focus area",
                ),
            ),
            ("number", models.PositiveSmallIntegerField(verbose_name="version")),
            ("valid_from", models.DateField(verbose_name="valid from")),
            (
                "document",
                models.FileField(
                    blank=True, upload_to="sub-agreements/", verbose_name="document"
                ),
            ),
            ("url", models.URLField(blank=True, verbose_name="link")),
            ("summary", models.TextField(blank=True, verbose_name="what changed")),
            (
                "added_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="added by",
                ),
            ),
            (
                "added_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="added"
                ),
            ),
        ],
        options={
            "verbose_name": "sub-agreement",
            "verbose_name_plural": "sub-agreements",
            "ordering": ["focus_area", "-number"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("focus_area", "number"),
                    name="subagreement_number_is_unique",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Objective",
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
                "focus_area",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="objectives",
                    to="rollout.focusarea",
                    verbose_name="focus area",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            ("text", models.CharField(max_length=400, verbose_name="text")),
            (
                "direction",
                models.CharField(
                    choices=[
                        ("increase", "should rise"),
                        ("decrease", "should fall"),
                        ("keep_below", "should stay below"),
                    ],
                    max_length=12,
                    verbose_name="direction",
                ),
            ),
            (
                "threshold",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    max_digits=14,
                    null=True,
                    verbose_name="threshold",
                ),
            ),
            ("aim", models.CharField(blank=True, max_length=300, verbose_name="aim")),
            (
                "population",
                models.CharField(blank=True, max_length=200, verbose_name="population"),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
            (
                "places",
                models.ManyToManyField(
                    blank=True,
                    related_name="objectives",
                    to="rollout.place",
                    verbose_name="places",
                ),
            ),
        ],
        options={
            "verbose_name": "objective",
            "verbose_name_plural": "objectives",
            "ordering": ["focus_area", "position", "code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("focus_area", "code"), name="objective_code_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("direction", "keep_below"), ("threshold__isnull", False)
                        ),
                        models.Q(
                            models.Q(("direction", "keep_below"), _negated=True),
                            ("threshold", None),
                        ),
                        _connector="OR",
                    ),
                    name="objective_threshold_iff_keep_below",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Membership",
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
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="memberships",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="person",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="memberships",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("manager", "manager"),
                        ("coordinator", "coordinator"),
                        ("partner", "partner"),
                        ("observer", "observer"),
                    ],
                    max_length=12,
                    verbose_name="role",
                ),
            ),
            (
                "partner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="memberships",
                    to="rollout.partner",
                    verbose_name="partner",
                ),
            ),
            (
                "invited_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="invited"
                ),
            ),
            (
                "invited_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="invited by",
                ),
            ),
            (
                "from_provider",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    editable=False,
                    max_length=40,
                    verbose_name="from login provider",
                ),
            ),
        ],
        options={
            "verbose_name": "membership",
            "verbose_name_plural": "memberships",
            "ordering": ["programme", "user"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("user", "programme"), name="membership_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("role", "partner"), _negated=True),
                        ("partner__isnull", False),
                        _connector="OR",
                    ),
                    name="membership_of_a_partner_names_the_partner",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ClosingPeriod",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="closing_periods",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("name", models.CharField(max_length=120, verbose_name="name")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("closed", "closed: no working days"),
                        ("quiet", "quiet: work goes on, no reminders"),
                    ],
                    max_length=8,
                    verbose_name="kind",
                ),
            ),
            ("starts_on", models.DateField(verbose_name="first day")),
            ("ends_on", models.DateField(verbose_name="last day")),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
        ],
        options={
            "verbose_name": "closing period",
            "verbose_name_plural": "closing periods",
            "ordering": ["programme", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("starts_on__lte", models.F("ends_on"))),
                    name="closingperiod_is_in_order",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Initiative",
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
                "focus_area",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="initiatives",
                    to="rollout.focusarea",
                    verbose_name="focus area",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            (
                "name",
                models.CharField(
                    max_length=200,
                    validators=[rollout.names.refuse_unseen],
                    verbose_name="name",
                ),
            ),
            (
                "nature",
                models.CharField(
                    choices=[
                        ("new", "new activity"),
                        ("revised", "revised ongoing initiative"),
                        ("continued", "continuation"),
                        ("recently_continued", "continuation of a recent initiative"),
                        ("under_clarification", "under clarification"),
                        ("not_stated", "not stated"),
                    ],
                    default="not_stated",
                    max_length=20,
                    verbose_name="nature",
                ),
            ),
            (
                "parent",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="children",
                    to="rollout.initiative",
                    verbose_name="part of",
                ),
            ),
            (
                "continues",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="continued_by",
                    to="rollout.initiative",
                    verbose_name="continues",
                ),
            ),
            ("description", models.TextField(blank=True, verbose_name="description")),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
            (
                "partners",
                models.ManyToManyField(
                    blank=True,
                    related_name="initiatives",
                    to="rollout.partner",
                    verbose_name="partners",
                ),
            ),
        ],
        options={
            "verbose_name": "initiative",
            "verbose_name_plural": "initiatives",
            "ordering": ["focus_area", "position", "code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("focus_area", "code"), name="initiative_code_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("parent", None),
                        models.Q(("parent", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="initiative_is_not_its_own_parent",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Indicator",
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
                "objective",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="indicators",
                    to="rollout.objective",
                    verbose_name="objective",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            ("name", models.CharField(max_length=200, verbose_name="name")),
            ("unit", models.CharField(max_length=60, verbose_name="unit")),
            (
                "decimals",
                models.PositiveSmallIntegerField(default=0, verbose_name="decimals"),
            ),
            (
                "direction",
                models.CharField(
                    choices=[
                        ("increase", "should rise"),
                        ("decrease", "should fall"),
                        ("keep_below", "should stay below"),
                    ],
                    max_length=12,
                    verbose_name="direction",
                ),
            ),
            (
                "threshold",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    max_digits=14,
                    null=True,
                    verbose_name="threshold",
                ),
            ),
            ("is_share", models.BooleanField(default=False, verbose_name="is a share")),
            (
                "numerator",
                models.CharField(blank=True, max_length=200, verbose_name="numerator"),
            ),
            (
                "denominator",
                models.CharField(
                    blank=True, max_length=200, verbose_name="denominator"
                ),
            ),
            (
                "population",
                models.CharField(blank=True, max_length=200, verbose_name="population"),
            ),
            (
                "age_bands",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=20),
                    blank=True,
                    default=list,
                    size=None,
                    verbose_name="age bands",
                ),
            ),
            (
                "groups",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=20),
                    blank=True,
                    default=list,
                    size=None,
                    verbose_name="other groups",
                ),
            ),
            (
                "source_of_data",
                models.CharField(
                    blank=True, max_length=200, verbose_name="source of data"
                ),
            ),
            (
                "rhythm",
                models.CharField(
                    choices=[
                        ("irregular", "irregularly"),
                        ("monthly", "monthly"),
                        ("quarterly", "quarterly"),
                        ("half_yearly", "every half-year"),
                        ("school_year", "every school year"),
                        ("yearly", "every calendar year"),
                        ("custom", "in the programme's own periods"),
                    ],
                    default="irregular",
                    max_length=12,
                    verbose_name="rhythm",
                ),
            ),
            (
                "is_cumulative",
                models.BooleanField(default=False, verbose_name="is cumulative"),
            ),
            (
                "baseline",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    max_digits=14,
                    null=True,
                    verbose_name="baseline",
                ),
            ),
            (
                "baseline_missing_reason",
                models.CharField(
                    blank=True, max_length=200, verbose_name="why there is no baseline"
                ),
            ),
            (
                "attendance_of",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="indicators",
                    to="rollout.initiative",
                    verbose_name="attendance log of",
                ),
            ),
            (
                "attendance_sum",
                models.CharField(
                    blank=True,
                    choices=[
                        ("participants", "participants"),
                        ("sessions", "times held"),
                        ("hours", "hours"),
                    ],
                    max_length=12,
                    verbose_name="what is added up",
                ),
            ),
            (
                "is_proposal",
                models.BooleanField(default=False, verbose_name="is a proposal"),
            ),
            (
                "delivered_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="indicators",
                    to="rollout.partner",
                    verbose_name="delivered by",
                ),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
            (
                "places",
                models.ManyToManyField(
                    blank=True,
                    related_name="indicators",
                    to="rollout.place",
                    verbose_name="places",
                ),
            ),
        ],
        options={
            "verbose_name": "indicator",
            "verbose_name_plural": "indicators",
            "ordering": ["objective", "position", "code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("objective", "code"), name="indicator_code_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("direction", "keep_below"), ("threshold__isnull", False)
                        ),
                        models.Q(
                            models.Q(("direction", "keep_below"), _negated=True),
                            ("threshold", None),
                        ),
                        _connector="OR",
                    ),
                    name="indicator_threshold_iff_keep_below",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("baseline__isnull", False),
                        models.Q(("baseline_missing_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="indicator_baseline_or_reason",
                ),
                models.CheckConstraint(
                    condition=models.Q(("decimals__lte", 4)),
                    name="indicator_has_at_most_four_decimals",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Activity",
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
                "initiative",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="activities",
                    to="rollout.initiative",
                    verbose_name="initiative",
                ),
            ),
            (
                "place",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="activities",
                    to="rollout.place",
                    verbose_name="place",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    editable=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="activities",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "state",
                django_fsm.FSMField(
                    choices=[
                        ("planned", "planned"),
                        ("in_clarification", "in clarification"),
                        ("launched", "launched"),
                        ("evaluated", "evaluated"),
                        ("discontinued", "discontinued"),
                    ],
                    default="planned",
                    editable=False,
                    max_length=20,
                    verbose_name="state",
                ),
            ),
            (
                "responsible",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="activities",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="responsible person",
                ),
            ),
            (
                "responsible_partner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="activities",
                    to="rollout.partner",
                    verbose_name="responsible partner",
                ),
            ),
            (
                "phase",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="activities",
                    to="rollout.phase",
                    verbose_name="phase",
                ),
            ),
            (
                "is_proposal",
                models.BooleanField(default=False, verbose_name="proposal"),
            ),
            (
                "running_since",
                models.DateField(blank=True, null=True, verbose_name="running since"),
            ),
            (
                "launched_on",
                models.DateField(
                    blank=True, editable=False, null=True, verbose_name="launched on"
                ),
            ),
            (
                "planned_launch_on",
                models.DateField(blank=True, null=True, verbose_name="planned launch"),
            ),
            (
                "weight",
                models.PositiveSmallIntegerField(default=1, verbose_name="size"),
            ),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
            (
                "created_at",
                models.DateTimeField(auto_now_add=True, verbose_name="created"),
            ),
            (
                "contributors",
                models.ManyToManyField(
                    blank=True,
                    related_name="contributes_to",
                    to="rollout.partner",
                    verbose_name="contributors",
                ),
            ),
        ],
        options={
            "verbose_name": "activity",
            "verbose_name_plural": "activities",
            "ordering": ["initiative__focus_area", "initiative", "place__position"],
            "indexes": [
                models.Index(fields=["programme", "state"], name="activity_by_state")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("initiative", "place"), name="activity_is_unique_in_place"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            [
                                "planned",
                                "in_clarification",
                                "launched",
                                "evaluated",
                                "discontinued",
                            ],
                        )
                    ),
                    name="activity_state_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("state__in", ["launched", "evaluated"]), _negated=True
                        ),
                        ("launched_on__isnull", False),
                        _connector="OR",
                    ),
                    name="activity_launched_on_when_launched",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_proposal", False),
                        ("state__in", ["planned", "discontinued"]),
                        _connector="OR",
                    ),
                    name="activity_proposal_is_not_begun",
                ),
                models.CheckConstraint(
                    condition=models.Q(("weight__gte", 1), ("weight__lte", 3)),
                    name="activity_weight_is_1_to_3",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="begins_in_initial_state",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (NEW.state <> 'planned')",
                        func="RAISE EXCEPTION 'a new row begins in the state planned, not %', NEW.state USING ERRCODE = 'check_violation';",
                        hash="882984785019d2a5698f84ba8be1cc65f126777a",
                        operation="INSERT",
                        pgid="pgtrigger_begins_in_initial_state_6299f",
                        table="rollout_activity",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="state_follows_history",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                        func="\n                IF NEW.state IS DISTINCT FROM (\n                    SELECT target FROM rollout_activitytransition WHERE activity_id = NEW.id\n                    ORDER BY sequence DESC LIMIT 1\n                ) THEN\n                    RAISE EXCEPTION\n                        'state of % % may not become %: no transition says so',\n                        TG_TABLE_NAME, NEW.id, NEW.state\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n            ",
                        hash="f025067e42f5ea062ecf8637eed2d54726317fd3",
                        operation='UPDATE OF "state"',
                        pgid="pgtrigger_state_follows_history_277cf",
                        table="rollout_activity",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="045ec8fb89600fcfcb566039fc54c718491c95e4",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_87b6d",
                        table="rollout_activity",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="stays_in_one_programme",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="\n                    IF NEW.programme_id IS DISTINCT FROM (\n                        SELECT f.programme_id FROM rollout_initiative i\n                        JOIN rollout_focusarea f ON f.id = i.focus_area_id\n                        WHERE i.id = NEW.initiative_id\n                    ) OR NEW.programme_id IS DISTINCT FROM (\n                        SELECT programme_id FROM rollout_place\n                        WHERE id = NEW.place_id\n                    ) THEN\n                        RAISE EXCEPTION\n                            'initiative and place must belong to the programme'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                        hash="e1ed0700877b45b6d514a06d881706e52b0d5d28",
                        operation='INSERT OR UPDATE OF "initiative_id", "place_id", "programme_id"',
                        pgid="pgtrigger_stays_in_one_programme_ca94a",
                        table="rollout_activity",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ActivityTransition",
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
                "sequence",
                models.PositiveIntegerField(
                    db_default=0, editable=False, verbose_name="number"
                ),
            ),
            ("transition", models.CharField(max_length=40, verbose_name="transition")),
            ("source", models.CharField(max_length=20, verbose_name="from")),
            ("target", models.CharField(max_length=20, verbose_name="to")),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
            ("reason", models.TextField(blank=True, verbose_name="reason")),
            (
                "reason_digest",
                models.CharField(db_default="", editable=False, max_length=64),
            ),
            ("redacted_at", models.DateTimeField(editable=False, null=True)),
            (
                "overridden",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60),
                    blank=True,
                    default=list,
                    editable=False,
                    size=None,
                ),
            ),
            ("version", models.PositiveIntegerField(verbose_name="version")),
            ("hash", models.CharField(db_default="", editable=False, max_length=64)),
            (
                "previous_hash",
                models.CharField(db_default="", editable=False, max_length=64),
            ),
            (
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="history",
                    to="rollout.activity",
                ),
            ),
        ],
        options={
            "verbose_name": "activity transition",
            "verbose_name_plural": "activity transitions",
            "ordering": ["sequence"],
            "abstract": False,
            "constraints": [
                models.UniqueConstraint(
                    fields=("activity", "sequence"),
                    name="activitytransition_is_numbered",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="links_chain",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE last RECORD; present TEXT;",
                        func="\n                SELECT state INTO present FROM rollout_activity WHERE id = NEW.activity_id\n                    FOR NO KEY UPDATE;\n                SELECT sequence, hash, target INTO last FROM rollout_activitytransition\n                    WHERE activity_id = NEW.activity_id ORDER BY sequence DESC LIMIT 1;\n                IF NEW.source IS DISTINCT FROM present\n                    OR NEW.source <> coalesce(last.target, NEW.source) THEN\n                    RAISE EXCEPTION 'history of % % must go on from %, not %',\n                        'rollout_activity', NEW.activity_id, present, NEW.source\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                IF (NEW.transition, NEW.source, NEW.target) NOT IN (('clarify', 'planned', 'in_clarification'), ('launch', 'in_clarification', 'launched'), ('evaluate', 'launched', 'evaluated'), ('resume', 'evaluated', 'launched'), ('postpone', 'in_clarification', 'planned'), ('adjust', 'launched', 'in_clarification'), ('discontinue', 'evaluated', 'discontinued'), ('discontinue', 'in_clarification', 'discontinued'), ('discontinue', 'launched', 'discontinued'), ('discontinue', 'planned', 'discontinued'), ('reinstate', 'discontinued', 'planned'))\n                    AND NOT (NEW.transition = 'adopt' AND last.sequence IS NULL) THEN\n                    RAISE EXCEPTION 'no transition % leads from % to %',\n                        NEW.transition, NEW.source, NEW.target\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                NEW.sequence := coalesce(last.sequence, 0) + 1;\n                NEW.previous_hash := coalesce(last.hash, '');\n                NEW.reason_digest := encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex');\n                NEW.hash := encode(sha256(convert_to(concat_ws(chr(31), NEW.previous_hash, NEW.activity_id::text, NEW.sequence::text, NEW.transition, NEW.source, NEW.target, coalesce(NEW.by_id::text, ''), (extract(epoch from NEW.at) * 1000000)::bigint::text, NEW.reason_digest, NEW.overridden::text, NEW.version::text), 'UTF8')), 'hex');\n                RETURN NEW;\n            ",
                        hash="3044fc8333868d558478618cc99938f59e3efc4b",
                        operation="INSERT",
                        pgid="pgtrigger_links_chain_da046",
                        table="rollout_activitytransition",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="aeb74d8166648cad143d974e442307bda62a7e62",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_append_only_f1874",
                        table="rollout_activitytransition",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="never_truncated",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="7f05f52edac0617d458485dd284788f024b640b0",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_never_truncated_96605",
                        table="rollout_activitytransition",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Readiness",
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
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="readiness",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            (
                "aspect",
                models.CharField(
                    choices=[
                        ("planning", "the planning"),
                        ("framework", "the framework"),
                        ("parties", "the parties"),
                    ],
                    max_length=10,
                    verbose_name="aspect",
                ),
            ),
            ("is_met", models.BooleanField(default=False, verbose_name="met")),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="confirmed by",
                ),
            ),
            (
                "on",
                models.DateField(blank=True, null=True, verbose_name="confirmed on"),
            ),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "evidence",
                models.FileField(
                    blank=True, upload_to="readiness/", verbose_name="evidence"
                ),
            ),
            (
                "evidence_url",
                models.URLField(blank=True, verbose_name="link to evidence"),
            ),
        ],
        options={
            "verbose_name": "readiness",
            "verbose_name_plural": "readiness",
            "constraints": [
                models.UniqueConstraint(
                    fields=("activity", "aspect"), name="readiness_aspect_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_met", False), ("on__isnull", False), _connector="OR"
                    ),
                    name="readiness_met_has_a_date",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="1909b316ace6b6191bcef89779028ecdb047565b",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_c11bd",
                        table="rollout_readiness",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Condition",
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
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="conditions",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            ("code", models.SlugField(max_length=60, verbose_name="code")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("budget_decision", "budget decision"),
                        ("agreement", "agreement"),
                        ("permit", "permit"),
                        ("other", "other decision"),
                    ],
                    max_length=20,
                    verbose_name="kind",
                ),
            ),
            ("title", models.CharField(max_length=200, verbose_name="title")),
            ("body", models.CharField(max_length=120, verbose_name="decided by")),
            (
                "expected_on",
                models.DateField(blank=True, null=True, verbose_name="expected on"),
            ),
            (
                "outcome",
                models.CharField(
                    choices=[
                        ("awaiting", "awaited"),
                        ("met", "met"),
                        ("rejected", "rejected"),
                    ],
                    default="awaiting",
                    max_length=10,
                    verbose_name="outcome",
                ),
            ),
            (
                "decided_on",
                models.DateField(blank=True, null=True, verbose_name="decided on"),
            ),
            (
                "effect",
                models.CharField(
                    choices=[
                        ("blocks_launch", "blocks the launch"),
                        ("warns", "warns only"),
                    ],
                    default="blocks_launch",
                    max_length=15,
                    verbose_name="effect",
                ),
            ),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
        ],
        options={
            "verbose_name": "condition",
            "verbose_name_plural": "conditions",
            "ordering": ["activity", "expected_on", "code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("activity", "code"), name="condition_code_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("decided_on", None), ("outcome", "awaiting")),
                        models.Q(
                            models.Q(("outcome", "awaiting"), _negated=True),
                            ("decided_on__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="condition_decided_iff_dated",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="ff2db60ca40d7f9bb550c56fc51bcea4ad05a3fb",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_135ae",
                        table="rollout_condition",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="MilestoneTemplate",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="milestone_templates",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("title", models.CharField(max_length=200, verbose_name="title")),
            (
                "offset_days",
                models.SmallIntegerField(verbose_name="working days from launch"),
            ),
            (
                "nature",
                models.CharField(
                    blank=True,
                    choices=[
                        ("new", "new activity"),
                        ("revised", "revised ongoing initiative"),
                        ("continued", "continuation"),
                        ("recently_continued", "continuation of a recent initiative"),
                        ("under_clarification", "under clarification"),
                        ("not_stated", "not stated"),
                    ],
                    max_length=20,
                    verbose_name="nature",
                ),
            ),
            (
                "before_launch",
                models.BooleanField(default=False, verbose_name="needed before launch"),
            ),
            (
                "weight",
                models.PositiveSmallIntegerField(default=1, verbose_name="weight"),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
        ],
        options={
            "verbose_name": "milestone template",
            "verbose_name_plural": "milestone templates",
            "ordering": ["programme", "position", "offset_days"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "title", "nature"),
                    name="milestonetemplate_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("before_launch", False),
                        ("offset_days__lte", 0),
                        _connector="OR",
                    ),
                    name="milestonetemplate_before_launch_lies_before",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Milestone",
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
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="milestones",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            ("title", models.CharField(max_length=200, verbose_name="title")),
            ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
            (
                "responsible",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="milestones",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="responsible person",
                ),
            ),
            (
                "responsible_partner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="milestones",
                    to="rollout.partner",
                    verbose_name="responsible partner",
                ),
            ),
            (
                "weight",
                models.PositiveSmallIntegerField(default=1, verbose_name="weight"),
            ),
            (
                "before_launch",
                models.BooleanField(default=False, verbose_name="needed before launch"),
            ),
            (
                "evidence_url",
                models.URLField(blank=True, verbose_name="link to evidence"),
            ),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "state",
                django_fsm.FSMField(
                    choices=[
                        ("open", "open"),
                        ("done", "done"),
                        ("dropped", "dropped"),
                    ],
                    default="open",
                    editable=False,
                    max_length=20,
                    verbose_name="state",
                ),
            ),
            (
                "done_on",
                models.DateField(
                    blank=True, editable=False, null=True, verbose_name="done on"
                ),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(default=0, verbose_name="position"),
            ),
            (
                "template",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="rollout.milestonetemplate",
                    verbose_name="template",
                ),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
            (
                "predecessors",
                models.ManyToManyField(
                    blank=True,
                    related_name="successors",
                    to="rollout.milestone",
                    verbose_name="comes after",
                ),
            ),
        ],
        options={
            "verbose_name": "milestone",
            "verbose_name_plural": "milestones",
            "ordering": [
                "activity",
                "position",
                models.OrderBy(models.F("due_on"), nulls_last=True),
                "pk",
            ],
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "open")),
                    fields=["due_on"],
                    name="milestone_open_by_due",
                ),
                django.contrib.postgres.indexes.GinIndex(
                    rollout.models.likeness.Trigrams("title"),
                    name="milestone_by_trigrams",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("state__in", ["open", "done", "dropped"])),
                    name="milestone_state_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("done_on__isnull", False), ("state", "done")),
                        models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("done_on", None),
                        ),
                        _connector="OR",
                    ),
                    name="milestone_done_on_iff_done",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="begins_in_initial_state",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (NEW.state <> 'open')",
                        func="RAISE EXCEPTION 'a new row begins in the state open, not %', NEW.state USING ERRCODE = 'check_violation';",
                        hash="3f9342718f00e8828c7e88efb10ff40b4c838c3d",
                        operation="INSERT",
                        pgid="pgtrigger_begins_in_initial_state_2557c",
                        table="rollout_milestone",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="state_follows_history",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                        func="\n                IF NEW.state IS DISTINCT FROM (\n                    SELECT target FROM rollout_milestonetransition WHERE milestone_id = NEW.id\n                    ORDER BY sequence DESC LIMIT 1\n                ) THEN\n                    RAISE EXCEPTION\n                        'state of % % may not become %: no transition says so',\n                        TG_TABLE_NAME, NEW.id, NEW.state\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n            ",
                        hash="280c5543c2403a9dcbe9a6fc020abcfffea891e4",
                        operation='UPDATE OF "state"',
                        pgid="pgtrigger_state_follows_history_c6903",
                        table="rollout_milestone",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="a51005dd12c85d738a2949ea3f41b325c6621e26",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_de49d",
                        table="rollout_milestone",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="example_is_fixed",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition='WHEN (OLD."is_example" IS DISTINCT FROM (NEW."is_example"))',
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="a0dc78a533d03785811fb45ff1528bb20283464a",
                        operation="UPDATE",
                        pgid="pgtrigger_example_is_fixed_1d260",
                        table="rollout_milestone",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MilestoneTransition",
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
                "sequence",
                models.PositiveIntegerField(
                    db_default=0, editable=False, verbose_name="number"
                ),
            ),
            ("transition", models.CharField(max_length=40, verbose_name="transition")),
            ("source", models.CharField(max_length=20, verbose_name="from")),
            ("target", models.CharField(max_length=20, verbose_name="to")),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
            ("reason", models.TextField(blank=True, verbose_name="reason")),
            (
                "reason_digest",
                models.CharField(db_default="", editable=False, max_length=64),
            ),
            ("redacted_at", models.DateTimeField(editable=False, null=True)),
            (
                "overridden",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60),
                    blank=True,
                    default=list,
                    editable=False,
                    size=None,
                ),
            ),
            ("version", models.PositiveIntegerField(verbose_name="version")),
            ("hash", models.CharField(db_default="", editable=False, max_length=64)),
            (
                "previous_hash",
                models.CharField(db_default="", editable=False, max_length=64),
            ),
            (
                "milestone",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="history",
                    to="rollout.milestone",
                ),
            ),
        ],
        options={
            "verbose_name": "milestone transition",
            "verbose_name_plural": "milestone transitions",
            "ordering": ["sequence"],
            "abstract": False,
            "constraints": [
                models.UniqueConstraint(
                    fields=("milestone", "sequence"),
                    name="milestonetransition_is_numbered",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="links_chain",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE last RECORD; present TEXT;",
                        func="\n                SELECT state INTO present FROM rollout_milestone WHERE id = NEW.milestone_id\n                    FOR NO KEY UPDATE;\n                SELECT sequence, hash, target INTO last FROM rollout_milestonetransition\n                    WHERE milestone_id = NEW.milestone_id ORDER BY sequence DESC LIMIT 1;\n                IF NEW.source IS DISTINCT FROM present\n                    OR NEW.source <> coalesce(last.target, NEW.source) THEN\n                    RAISE EXCEPTION 'history of % % must go on from %, not %',\n                        'rollout_milestone', NEW.milestone_id, present, NEW.source\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                IF (NEW.transition, NEW.source, NEW.target) NOT IN (('finish', 'open', 'done'), ('drop', 'open', 'dropped'), ('reopen', 'done', 'open'), ('reopen', 'dropped', 'open'))\n                    AND NOT (NEW.transition = 'adopt' AND last.sequence IS NULL) THEN\n                    RAISE EXCEPTION 'no transition % leads from % to %',\n                        NEW.transition, NEW.source, NEW.target\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                NEW.sequence := coalesce(last.sequence, 0) + 1;\n                NEW.previous_hash := coalesce(last.hash, '');\n                NEW.reason_digest := encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex');\n                NEW.hash := encode(sha256(convert_to(concat_ws(chr(31), NEW.previous_hash, NEW.milestone_id::text, NEW.sequence::text, NEW.transition, NEW.source, NEW.target, coalesce(NEW.by_id::text, ''), (extract(epoch from NEW.at) * 1000000)::bigint::text, NEW.reason_digest, NEW.overridden::text, NEW.version::text), 'UTF8')), 'hex');\n                RETURN NEW;\n            ",
                        hash="3f9212f21e6618a82740e244b844461ea58bf7c8",
                        operation="INSERT",
                        pgid="pgtrigger_links_chain_a198a",
                        table="rollout_milestonetransition",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="\n        IF TG_OP = 'DELETE' AND current_setting('workflows.disposing', true) = 'on'\n            AND EXISTS (\n                SELECT 1 FROM rollout_milestone WHERE id = OLD.milestone_id AND is_example\n            ) THEN\n            RETURN OLD;\n        END IF;\n        RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="5bf208219ff3d421da0567898649624475471f95",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_append_only_05f98",
                        table="rollout_milestonetransition",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="never_truncated",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="ef6c8d2b950910e090be0905b83d7e8342085d4b",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_never_truncated_6f19c",
                        table="rollout_milestonetransition",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MonitoringRound",
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
                    related_name="monitoring_rounds",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("monitoring", "monitoring"),
                        ("evaluation", "evaluation"),
                        ("accounts", "accounts"),
                        ("status", "status report"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            ("title", models.CharField(max_length=200, verbose_name="title")),
            ("period_start", models.DateField(verbose_name="period from")),
            ("period_end", models.DateField(verbose_name="period to")),
            ("due_on", models.DateField(verbose_name="due on")),
            (
                "state",
                django_fsm.FSMField(
                    choices=[
                        ("expected", "expected"),
                        ("agreed", "agreed with LBF"),
                        ("submitted", "submitted"),
                        ("approved", "approved"),
                    ],
                    default="expected",
                    editable=False,
                    max_length=20,
                    verbose_name="state",
                ),
            ),
            (
                "agreed_on",
                models.DateField(
                    blank=True,
                    editable=False,
                    null=True,
                    verbose_name="agreed with LBF on",
                ),
            ),
            (
                "recurrence",
                models.CharField(
                    choices=[
                        ("none", "once"),
                        ("quarterly", "every quarter"),
                        ("half_yearly", "every half-year"),
                        ("yearly", "every year"),
                    ],
                    default="none",
                    max_length=12,
                    verbose_name="recurrence",
                ),
            ),
            (
                "responsible",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="monitoring_rounds",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="responsible person",
                ),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
        ],
        options={
            "verbose_name": "monitoring round",
            "verbose_name_plural": "monitoring rounds",
            "ordering": ["programme", "due_on", "pk"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "kind", "title", "period_start"),
                    name="monitoringround_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["expected", "agreed", "submitted", "approved"])
                    ),
                    name="monitoringround_state_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(("period_start__lte", models.F("period_end"))),
                    name="monitoringround_period_is_in_order",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("agreed_on", None), ("state", "expected")),
                        models.Q(
                            models.Q(("state", "expected"), _negated=True),
                            ("agreed_on__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="monitoringround_expected_iff_not_agreed",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="begins_in_initial_state",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (NEW.state <> 'expected')",
                        func="RAISE EXCEPTION 'a new row begins in the state expected, not %', NEW.state USING ERRCODE = 'check_violation';",
                        hash="864f006d85243e13045cedd6b255edb895d5d11b",
                        operation="INSERT",
                        pgid="pgtrigger_begins_in_initial_state_25370",
                        table="rollout_monitoringround",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="state_follows_history",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                        func="\n                IF NEW.state IS DISTINCT FROM (\n                    SELECT target FROM rollout_monitoringroundtransition WHERE monitoring_round_id = NEW.id\n                    ORDER BY sequence DESC LIMIT 1\n                ) THEN\n                    RAISE EXCEPTION\n                        'state of % % may not become %: no transition says so',\n                        TG_TABLE_NAME, NEW.id, NEW.state\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n            ",
                        hash="ab6655b1afc21c1dbc24d1e86624195b49bce530",
                        operation='UPDATE OF "state"',
                        pgid="pgtrigger_state_follows_history_838b4",
                        table="rollout_monitoringround",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="3a02e2b287598ca46f6ccf6dfe0b8f8451f184d1",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_322e2",
                        table="rollout_monitoringround",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="example_is_fixed",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition='WHEN (OLD."is_example" IS DISTINCT FROM (NEW."is_example"))',
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="711544db44c1c46a486daefd9865298b981a0ccd",
                        operation="UPDATE",
                        pgid="pgtrigger_example_is_fixed_ddaf7",
                        table="rollout_monitoringround",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="DataRequest",
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
                "round",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="data_requests",
                    to="rollout.monitoringround",
                    verbose_name="monitoring round",
                ),
            ),
            (
                "indicator",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="data_requests",
                    to="rollout.indicator",
                    verbose_name="indicator",
                ),
            ),
            (
                "place",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="data_requests",
                    to="rollout.place",
                    verbose_name="place",
                ),
            ),
            (
                "partner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="data_requests",
                    to="rollout.partner",
                    verbose_name="partner",
                ),
            ),
            (
                "responsible",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="data_requests",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="responsible person",
                ),
            ),
            (
                "period_start",
                models.DateField(blank=True, null=True, verbose_name="period from"),
            ),
            (
                "period_end",
                models.DateField(blank=True, null=True, verbose_name="period to"),
            ),
            (
                "question",
                models.CharField(
                    blank=True, max_length=300, verbose_name="what is asked"
                ),
            ),
            ("due_on", models.DateField(verbose_name="due on")),
            (
                "last_value",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    max_digits=14,
                    null=True,
                    verbose_name="last value",
                ),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
        ],
        options={
            "verbose_name": "data request",
            "verbose_name_plural": "data requests",
            "ordering": ["due_on", "pk"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("round", "indicator", "place", "partner", "period_start"),
                    name="datarequest_is_unique",
                    nulls_distinct=False,
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("period_end", None), ("period_start", None)),
                        ("period_start__lte", models.F("period_end")),
                        _connector="OR",
                    ),
                    name="datarequest_period_is_in_order",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="7d7a0bbeb9aa7c3e3524e990940ec75ae91863e6",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_6ca01",
                        table="rollout_datarequest",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Measurement",
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
                "indicator",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="measurements",
                    to="rollout.indicator",
                    verbose_name="indicator",
                ),
            ),
            (
                "place",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="measurements",
                    to="rollout.place",
                    verbose_name="place",
                ),
            ),
            (
                "band",
                models.CharField(
                    blank=True, max_length=20, verbose_name="age band or group"
                ),
            ),
            ("period_start", models.DateField(verbose_name="period from")),
            ("period_end", models.DateField(verbose_name="period to")),
            (
                "value",
                models.DecimalField(
                    decimal_places=4, max_digits=14, verbose_name="value"
                ),
            ),
            ("comment", models.TextField(blank=True, verbose_name="comment")),
            (
                "evidence_url",
                models.URLField(blank=True, verbose_name="link to evidence"),
            ),
            (
                "evidence",
                models.FileField(
                    blank=True, upload_to="measurements/", verbose_name="evidence"
                ),
            ),
            (
                "status",
                models.CharField(
                    choices=[
                        ("draft", "draft"),
                        ("submitted", "submitted"),
                        ("approved", "approved"),
                        ("returned", "returned"),
                    ],
                    default="draft",
                    max_length=10,
                    verbose_name="status",
                ),
            ),
            (
                "returned_reason",
                models.TextField(blank=True, verbose_name="why it was returned"),
            ),
            (
                "submitted_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="submitted by",
                ),
            ),
            (
                "submitted_at",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="submitted at"
                ),
            ),
            (
                "approved_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="approved by",
                ),
            ),
            (
                "approved_at",
                models.DateTimeField(blank=True, null=True, verbose_name="approved at"),
            ),
            (
                "frozen_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="frozen at"
                ),
            ),
            (
                "data_request",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="measurement",
                    to="rollout.datarequest",
                    verbose_name="data request",
                ),
            ),
            (
                "is_withheld",
                models.BooleanField(db_default=False, default=False, editable=False),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
        ],
        options={
            "verbose_name": "measurement",
            "verbose_name_plural": "measurements",
            "ordering": ["indicator", "-period_end", "place"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("indicator", "place", "band", "period_start", "period_end"),
                    name="measurement_is_unique",
                    nulls_distinct=False,
                ),
                models.CheckConstraint(
                    condition=models.Q(("period_start__lte", models.F("period_end"))),
                    name="measurement_period_is_in_order",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("status", "approved"), _negated=True),
                        ("approved_at__isnull", False),
                        _connector="OR",
                    ),
                    name="measurement_approved_has_a_time",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("status", "returned"), _negated=True),
                        models.Q(("returned_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="measurement_returned_has_a_reason",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="3f15db55b2ed022100d1af95f7fa3860c13cad9a",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_51669",
                        table="rollout_measurement",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="frozen_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.frozen_at IS NOT NULL AND NOT OLD.is_example AND to_jsonb(OLD) - ARRAY['is_withheld', 'version'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['is_withheld', 'version'])",
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="70fec8930c5abba4cbbb19fde6c37976d757bd9e",
                        operation="UPDATE",
                        pgid="pgtrigger_frozen_stays_a9edd",
                        table="rollout_measurement",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="frozen_is_kept",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition='WHEN (OLD."frozen_at" IS NOT NULL AND NOT OLD."is_example")',
                        func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                        hash="aa244077c6478fc5e7b3608e1e1bd1509ad44c05",
                        operation="DELETE",
                        pgid="pgtrigger_frozen_is_kept_8b1bd",
                        table="rollout_measurement",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MonitoringRoundTransition",
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
                "sequence",
                models.PositiveIntegerField(
                    db_default=0, editable=False, verbose_name="number"
                ),
            ),
            ("transition", models.CharField(max_length=40, verbose_name="transition")),
            ("source", models.CharField(max_length=20, verbose_name="from")),
            ("target", models.CharField(max_length=20, verbose_name="to")),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
            ("reason", models.TextField(blank=True, verbose_name="reason")),
            (
                "reason_digest",
                models.CharField(db_default="", editable=False, max_length=64),
            ),
            ("redacted_at", models.DateTimeField(editable=False, null=True)),
            (
                "overridden",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60),
                    blank=True,
                    default=list,
                    editable=False,
                    size=None,
                ),
            ),
            ("version", models.PositiveIntegerField(verbose_name="version")),
            ("hash", models.CharField(db_default="", editable=False, max_length=64)),
            (
                "previous_hash",
                models.CharField(db_default="", editable=False, max_length=64),
            ),
            (
                "monitoring_round",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="history",
                    to="rollout.monitoringround",
                ),
            ),
        ],
        options={
            "verbose_name": "monitoring round transition",
            "verbose_name_plural": "monitoring round transitions",
            "ordering": ["sequence"],
            "abstract": False,
            "constraints": [
                models.UniqueConstraint(
                    fields=("monitoring_round", "sequence"),
                    name="monitoringroundtransition_is_numbered",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="links_chain",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE last RECORD; present TEXT;",
                        func="\n                SELECT state INTO present FROM rollout_monitoringround WHERE id = NEW.monitoring_round_id\n                    FOR NO KEY UPDATE;\n                SELECT sequence, hash, target INTO last FROM rollout_monitoringroundtransition\n                    WHERE monitoring_round_id = NEW.monitoring_round_id ORDER BY sequence DESC LIMIT 1;\n                IF NEW.source IS DISTINCT FROM present\n                    OR NEW.source <> coalesce(last.target, NEW.source) THEN\n                    RAISE EXCEPTION 'history of % % must go on from %, not %',\n                        'rollout_monitoringround', NEW.monitoring_round_id, present, NEW.source\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                IF (NEW.transition, NEW.source, NEW.target) NOT IN (('agree', 'expected', 'agreed'), ('withdraw', 'agreed', 'expected'), ('submit', 'agreed', 'submitted'), ('send_back', 'submitted', 'agreed'), ('approve', 'submitted', 'approved'))\n                    AND NOT (NEW.transition = 'adopt' AND last.sequence IS NULL) THEN\n                    RAISE EXCEPTION 'no transition % leads from % to %',\n                        NEW.transition, NEW.source, NEW.target\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                NEW.sequence := coalesce(last.sequence, 0) + 1;\n                NEW.previous_hash := coalesce(last.hash, '');\n                NEW.reason_digest := encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex');\n                NEW.hash := encode(sha256(convert_to(concat_ws(chr(31), NEW.previous_hash, NEW.monitoring_round_id::text, NEW.sequence::text, NEW.transition, NEW.source, NEW.target, coalesce(NEW.by_id::text, ''), (extract(epoch from NEW.at) * 1000000)::bigint::text, NEW.reason_digest, NEW.overridden::text, NEW.version::text), 'UTF8')), 'hex');\n                RETURN NEW;\n            ",
                        hash="185764f53bec75ecdeda1e9e7d412ce5352b2ee8",
                        operation="INSERT",
                        pgid="pgtrigger_links_chain_ff240",
                        table="rollout_monitoringroundtransition",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="\n        IF TG_OP = 'DELETE' AND current_setting('workflows.disposing', true) = 'on'\n            AND EXISTS (\n                SELECT 1 FROM rollout_monitoringround WHERE id = OLD.monitoring_round_id AND is_example\n            ) THEN\n            RETURN OLD;\n        END IF;\n        RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="7c65c7a75354201f02c939b4d30d8ea6023d9d25",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_append_only_6ae92",
                        table="rollout_monitoringroundtransition",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="never_truncated",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="1209e06d43eb76ef34920d65f8a8c201a9fb45ef",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_never_truncated_b4b9c",
                        table="rollout_monitoringroundtransition",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReportingPeriod",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="reporting_periods",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("name", models.CharField(max_length=120, verbose_name="name")),
            ("starts_on", models.DateField(verbose_name="first day")),
            ("ends_on", models.DateField(verbose_name="last day")),
        ],
        options={
            "verbose_name": "reporting period",
            "verbose_name_plural": "reporting periods",
            "ordering": ["programme", "starts_on", "ends_on"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "starts_on", "ends_on"),
                    name="reportingperiod_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(("starts_on__lte", models.F("ends_on"))),
                    name="reportingperiod_is_in_order",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Target",
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
                "indicator",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="targets",
                    to="rollout.indicator",
                    verbose_name="indicator",
                ),
            ),
            (
                "place",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="targets",
                    to="rollout.place",
                    verbose_name="place",
                ),
            ),
            ("period_start", models.DateField(verbose_name="period from")),
            ("period_end", models.DateField(verbose_name="period to")),
            (
                "value",
                models.DecimalField(
                    decimal_places=4, max_digits=14, verbose_name="target"
                ),
            ),
            ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
        ],
        options={
            "verbose_name": "target",
            "verbose_name_plural": "targets",
            "ordering": ["indicator", "period_end", "place"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("indicator", "place", "period_start", "period_end"),
                    name="target_is_unique",
                    nulls_distinct=False,
                ),
                models.CheckConstraint(
                    condition=models.Q(("period_start__lte", models.F("period_end"))),
                    name="target_period_is_in_order",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PeriodLock",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="period_lock",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("until", models.DateField(verbose_name="periods that end on or before")),
            (
                "reason",
                models.CharField(blank=True, max_length=300, verbose_name="why"),
            ),
            (
                "locked_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="locked by",
                ),
            ),
            ("locked_at", models.DateTimeField(verbose_name="locked at")),
        ],
        options={
            "verbose_name": "period lock",
            "verbose_name_plural": "period locks",
        },
    ),
    migrations.CreateModel(
        name="LateEntry",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="late_entries",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "partner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="late_entries",
                    to="rollout.partner",
                    verbose_name="partner",
                ),
            ),
            ("until", models.DateField(verbose_name="allowed until")),
            ("reason", models.CharField(max_length=300, verbose_name="why")),
            (
                "allowed_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="allowed by",
                ),
            ),
            ("allowed_at", models.DateTimeField(verbose_name="allowed at")),
        ],
        options={
            "verbose_name": "late entry",
            "verbose_name_plural": "late entries",
            "ordering": ["programme", "-until", "-pk"],
        },
    ),
    migrations.CreateModel(
        name="MeasurementCorrection",
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
                "measurement",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="corrections",
                    to="rollout.measurement",
                    verbose_name="measurement",
                ),
            ),
            (
                "value_before",
                models.DecimalField(
                    decimal_places=4, max_digits=14, verbose_name="value before"
                ),
            ),
            (
                "value_after",
                models.DecimalField(
                    decimal_places=4,
                    max_digits=14,
                    null=True,
                    verbose_name="value after",
                ),
            ),
            ("reason", models.TextField(verbose_name="reason")),
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
            ("at", models.DateTimeField(verbose_name="at")),
        ],
        options={
            "verbose_name": "correction",
            "verbose_name_plural": "corrections",
            "ordering": ["measurement", "-at", "-pk"],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="written_once",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (ROW(OLD.value_before, OLD.value_after, OLD.reason, OLD.at) IS DISTINCT FROM ROW(NEW.value_before, NEW.value_after, NEW.reason, NEW.at))",
                        func="RAISE EXCEPTION 'a row of % is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="f87a4de61d21d705d9b490b994f8e843051855e7",
                        operation='UPDATE OF "value_before", "value_after", "reason", "at"',
                        pgid="pgtrigger_written_once_cd286",
                        table="rollout_measurementcorrection",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Evaluation",
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
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="evaluations",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            (
                "round",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="evaluations",
                    to="rollout.monitoringround",
                    verbose_name="monitoring round",
                ),
            ),
            (
                "conclusion",
                models.CharField(
                    blank=True,
                    choices=[
                        ("continues", "continues"),
                        ("adjusts", "is adjusted"),
                        ("widens", "is widened"),
                        ("ends", "ends"),
                    ],
                    max_length=10,
                    verbose_name="conclusion",
                ),
            ),
            ("summary", models.TextField(blank=True, verbose_name="summary")),
            ("done", models.TextField(blank=True, verbose_name="what was done")),
            ("reach", models.TextField(blank=True, verbose_name="whom it reached")),
            ("assessment", models.TextField(blank=True, verbose_name="assessment")),
            ("next_step", models.TextField(blank=True, verbose_name="next step")),
            (
                "values",
                models.JSONField(
                    blank=True, default=list, editable=False, verbose_name="values"
                ),
            ),
            (
                "written_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="written by",
                ),
            ),
            (
                "approved_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="approved by",
                ),
            ),
            (
                "approved_on",
                models.DateField(blank=True, null=True, verbose_name="approved on"),
            ),
            (
                "frozen_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="frozen at"
                ),
            ),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
        ],
        options={
            "verbose_name": "evaluation",
            "verbose_name_plural": "evaluations",
            "ordering": ["activity", "-approved_on", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("approved_on", None),
                        models.Q(("conclusion", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="evaluation_approved_has_a_conclusion",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("approved_by", None),
                        ("written_by", None),
                        models.Q(
                            ("approved_by", models.F("written_by")), _negated=True
                        ),
                        _connector="OR",
                    ),
                    name="evaluation_has_four_eyes",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("frozen_at", None),
                        ("approved_on__isnull", False),
                        _connector="OR",
                    ),
                    name="evaluation_frozen_is_approved",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="0952a44b16b238e7629cfa23b7efb05f65e3c23d",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_0f371",
                        table="rollout_evaluation",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="frozen_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition='WHEN (OLD."frozen_at" IS NOT NULL AND NOT OLD."is_example")',
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                        hash="330e6c64d5f2a0b1ed2e200272c97b364043ad1e",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_frozen_stays_4b92b",
                        table="rollout_evaluation",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="EvaluationAddendum",
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
                "evaluation",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="addenda",
                    to="rollout.evaluation",
                    verbose_name="evaluation",
                ),
            ),
            ("text", models.TextField(verbose_name="addendum")),
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
            ("at", models.DateTimeField(verbose_name="at")),
        ],
        options={
            "verbose_name": "addendum",
            "verbose_name_plural": "addenda",
            "ordering": ["evaluation", "at", "pk"],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="written_once",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (ROW(OLD.text, OLD.at, OLD.evaluation_id) IS DISTINCT FROM ROW(NEW.text, NEW.at, NEW.evaluation_id))",
                        func="RAISE EXCEPTION 'a row of % is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="ab36ad3ee4841f5151efd66efda481a450285f8a",
                        operation='UPDATE OF "text", "at", "evaluation_id"',
                        pgid="pgtrigger_written_once_0ffcd",
                        table="rollout_evaluationaddendum",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Grant",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="grants",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("funder", models.CharField(max_length=200, verbose_name="funder")),
            (
                "amount",
                models.DecimalField(
                    blank=True,
                    decimal_places=2,
                    max_digits=14,
                    null=True,
                    verbose_name="amount (DKK)",
                ),
            ),
            ("starts_on", models.DateField(verbose_name="from")),
            ("ends_on", models.DateField(verbose_name="until")),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "is_example",
                models.BooleanField(
                    default=False, editable=False, verbose_name="example"
                ),
            ),
            (
                "activities",
                models.ManyToManyField(
                    blank=True,
                    related_name="grants",
                    to="rollout.activity",
                    verbose_name="activities",
                ),
            ),
        ],
        options={
            "verbose_name": "grant",
            "verbose_name_plural": "grants",
            "ordering": ["programme", "ends_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("starts_on__lte", models.F("ends_on"))),
                    name="grant_is_in_order",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("amount", None), ("amount__gte", 0), _connector="OR"
                    ),
                    name="grant_amount_is_not_negative",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Attendance",
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
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="attendances",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            ("held_on", models.DateField(verbose_name="held on")),
            (
                "hours",
                models.DecimalField(
                    decimal_places=2,
                    default=0,
                    max_digits=6,
                    validators=[django.core.validators.MinValueValidator(0)],
                    verbose_name="hours",
                ),
            ),
            (
                "participants",
                models.JSONField(default=dict, verbose_name="participants"),
            ),
            ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            (
                "noted_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="noted by",
                ),
            ),
            ("noted_at", models.DateTimeField(verbose_name="noted at")),
        ],
        options={
            "verbose_name": "attendance",
            "verbose_name_plural": "attendances",
            "ordering": ["activity", "-held_on", "-pk"],
            "indexes": [
                models.Index(fields=["activity", "held_on"], name="attendance_by_day")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("hours__gte", 0)),
                    name="attendance_hours_are_not_negative",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="c327020a8f24327d587207bdbc67d0bb2c2b00a8",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_33cdb",
                        table="rollout_attendance",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Contribution",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="contributions",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "partner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="contributions",
                    to="rollout.partner",
                    verbose_name="partner",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("hours", "hours"),
                        ("people", "people"),
                        ("rooms", "rooms"),
                        ("money", "money (DKK)"),
                    ],
                    max_length=8,
                    verbose_name="kind",
                ),
            ),
            (
                "title",
                models.CharField(max_length=200, verbose_name="what is contributed"),
            ),
            (
                "promised",
                models.DecimalField(
                    decimal_places=2, max_digits=14, verbose_name="promised"
                ),
            ),
            ("starts_on", models.DateField(verbose_name="from")),
            ("ends_on", models.DateField(verbose_name="until")),
            (
                "activity",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="contributions",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            ("note", models.TextField(blank=True, verbose_name="note")),
        ],
        options={
            "verbose_name": "contribution",
            "verbose_name_plural": "contributions",
            "ordering": ["programme", "partner", "starts_on", "pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("starts_on__lte", models.F("ends_on"))),
                    name="contribution_is_in_order",
                ),
                models.CheckConstraint(
                    condition=models.Q(("promised__gt", 0)),
                    name="contribution_promises_something",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ContributionDelivery",
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
                "contribution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="rollout.contribution",
                    verbose_name="contribution",
                ),
            ),
            ("delivered_on", models.DateField(verbose_name="delivered on")),
            (
                "amount",
                models.DecimalField(
                    decimal_places=2, max_digits=14, verbose_name="amount"
                ),
            ),
            ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            (
                "noted_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="noted by",
                ),
            ),
            ("noted_at", models.DateTimeField(verbose_name="noted at")),
        ],
        options={
            "verbose_name": "delivery",
            "verbose_name_plural": "deliveries",
            "ordering": ["contribution", "-delivered_on", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("amount", 0), _negated=True),
                    name="contributiondelivery_is_something",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="written_once",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (ROW(OLD.contribution_id, OLD.delivered_on, OLD.amount, OLD.note) IS DISTINCT FROM ROW(NEW.contribution_id, NEW.delivered_on, NEW.amount, NEW.note))",
                        func="RAISE EXCEPTION 'a row of % is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="3eb7525787bafb48e2f17aece34bbe03d9834e8e",
                        operation='UPDATE OF "contribution_id", "delivered_on", "amount", "note"',
                        pgid="pgtrigger_written_once_e35b6",
                        table="rollout_contributiondelivery",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ColumnMapping",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="column_mappings",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("fingerprint", models.CharField(max_length=64)),
            ("columns", models.JSONField(default=dict, verbose_name="columns")),
            (
                "used_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("used_at", models.DateTimeField(verbose_name="used at")),
        ],
        options={
            "verbose_name": "columns of a file",
            "verbose_name_plural": "columns of files",
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "fingerprint"), name="columnmapping_is_unique"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="StoppedClock",
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
                "activity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="stopped_clocks",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            (
                "milestone",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.milestone",
                    verbose_name="milestone",
                ),
            ),
            (
                "data_request",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.datarequest",
                    verbose_name="data request",
                ),
            ),
            ("stopped_on", models.DateField(verbose_name="stopped on")),
            ("due_on", models.DateField(verbose_name="due on")),
            (
                "resumed_on",
                models.DateField(blank=True, null=True, verbose_name="went on"),
            ),
            (
                "paused_days",
                models.PositiveIntegerField(
                    blank=True, null=True, verbose_name="working days"
                ),
            ),
            (
                "new_due_on",
                models.DateField(blank=True, null=True, verbose_name="new date"),
            ),
        ],
        options={
            "verbose_name": "stopped clock",
            "verbose_name_plural": "stopped clocks",
            "ordering": ["stopped_on", "pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("data_request", None), ("milestone__isnull", False)),
                        models.Q(("data_request__isnull", False), ("milestone", None)),
                        _connector="OR",
                    ),
                    name="stoppedclock_is_of_one_thing",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("resumed_on", None)),
                    fields=("milestone",),
                    name="stoppedclock_stands_once_for_a_milestone",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("resumed_on", None)),
                    fields=("data_request",),
                    name="stoppedclock_stands_once_for_a_request",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("paused_days", None), ("resumed_on", None)),
                        models.Q(
                            ("paused_days__isnull", False),
                            ("resumed_on__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="stoppedclock_went_on_with_its_days",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Deadline",
        fields=[
            ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
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
            ("title", models.CharField(max_length=300, verbose_name="title")),
            ("due_on", models.DateField(verbose_name="due on")),
            (
                "hold",
                models.CharField(
                    blank=True,
                    choices=[
                        ("proposal", "the activity is a proposal"),
                        ("planned", "the activity is only planned"),
                        ("discontinued", "the activity is discontinued"),
                        ("expected", "not agreed with LBF"),
                        ("stopped", "the clock stands still"),
                    ],
                    max_length=12,
                ),
            ),
            ("is_example", models.BooleanField()),
        ],
        options={
            "verbose_name": "deadline",
            "verbose_name_plural": "deadlines",
            "db_table": "rollout_deadline",
            "ordering": ["due_on", "key"],
            "managed": False,
        },
    ),
    migrations.CreateModel(
        name="Meeting",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="meetings",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("board", "board meeting"),
                        ("council", "city council meeting"),
                        ("committee", "committee meeting"),
                    ],
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            (
                "body",
                models.CharField(blank=True, max_length=120, verbose_name="who meets"),
            ),
            ("held_on", models.DateField(verbose_name="held on")),
            (
                "notice_days",
                models.PositiveSmallIntegerField(
                    default=5, verbose_name="summary so many working days before"
                ),
            ),
        ],
        options={
            "verbose_name": "meeting",
            "verbose_name_plural": "meetings",
            "ordering": ["programme", "held_on"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "kind", "body", "held_on"),
                    name="meeting_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(("kind__in", ["board", "council", "committee"])),
                    name="meeting_kind_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("notice_days__gte", 1), ("notice_days__lte", 60)
                    ),
                    name="meeting_notice_is_within_a_quarter",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Lesson",
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
                "phase",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lessons",
                    to="rollout.phase",
                    verbose_name="phase",
                ),
            ),
            ("text", models.TextField(verbose_name="lesson")),
            (
                "written_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="written by",
                ),
            ),
            ("written_at", models.DateTimeField(verbose_name="written")),
        ],
        options={
            "verbose_name": "lesson",
            "verbose_name_plural": "lessons",
            "ordering": ["phase", "-written_at", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("text", ""), _negated=True),
                    name="lesson_says_something",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="written_once",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (ROW(OLD.text, OLD.written_at, OLD.phase_id) IS DISTINCT FROM ROW(NEW.text, NEW.written_at, NEW.phase_id))",
                        func="RAISE EXCEPTION 'a row of % is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="c70ac7eea8bd06724e8ed5438cdc006ef03593cc",
                        operation='UPDATE OF "text", "written_at", "phase_id"',
                        pgid="pgtrigger_written_once_cc669",
                        table="rollout_lesson",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Report",
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
                    related_name="reports",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("board", "board report"),
                        ("lbf_status", "status to LBF"),
                        ("committee", "quarterly follow-up to the committee"),
                        ("agreement", "sub-agreements in force"),
                        ("milestones", "milestone plan for the year"),
                        ("evaluation", "evaluation report"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            ("title", models.CharField(max_length=200, verbose_name="title")),
            ("period_start", models.DateField(verbose_name="period from")),
            ("period_end", models.DateField(verbose_name="period to")),
            (
                "language",
                models.CharField(
                    choices=[("da", "Dansk"), ("en", "English")],
                    default="da",
                    max_length=2,
                    verbose_name="language",
                ),
            ),
            ("cover", models.TextField(blank=True, verbose_name="introduction")),
            (
                "summaries",
                models.JSONField(blank=True, default=dict, verbose_name="summaries"),
            ),
            (
                "offices",
                models.JSONField(
                    blank=True, default=dict, verbose_name="directors and committees"
                ),
            ),
            ("outlook", models.TextField(blank=True, verbose_name="next period")),
            (
                "meeting",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="reports",
                    to="rollout.meeting",
                    verbose_name="meeting",
                ),
            ),
            (
                "made_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="made by",
                ),
            ),
            ("made_at", models.DateTimeField(verbose_name="made")),
            (
                "frozen_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="author",
                ),
            ),
            (
                "frozen_at",
                models.DateTimeField(blank=True, null=True, verbose_name="frozen"),
            ),
            (
                "data_version",
                models.BigIntegerField(
                    blank=True, null=True, verbose_name="data version"
                ),
            ),
            ("content", models.JSONField(blank=True, null=True)),
        ],
        options={
            "verbose_name": "report",
            "verbose_name_plural": "reports",
            "ordering": ["programme", "-period_end", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "kind__in",
                            [
                                "board",
                                "lbf_status",
                                "committee",
                                "agreement",
                                "milestones",
                                "evaluation",
                            ],
                        )
                    ),
                    name="report_kind_is_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(("period_start__lte", models.F("period_end"))),
                    name="report_period_is_in_order",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("content", None),
                            ("data_version", None),
                            ("frozen_at", None),
                        ),
                        models.Q(
                            ("content__isnull", False),
                            ("data_version__isnull", False),
                            ("frozen_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="report_frozen_iff_kept",
                ),
                models.UniqueConstraint(
                    fields=("meeting", "kind"), name="report_is_one_for_a_meeting"
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="version_moves",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.version <= OLD.version)",
                        func="NEW.version := OLD.version + 1; RETURN NEW;",
                        hash="222b48a4466c9c02455465dbcef98fc99b648746",
                        operation="UPDATE",
                        pgid="pgtrigger_version_moves_2f7cb",
                        table="rollout_report",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="frozen_report_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition='WHEN (OLD."frozen_at" IS NOT NULL)',
                        func='RAISE EXCEPTION \'pgtrigger: Cannot update of "kind", "title", "content", "frozen_at", "data_version" rows from % table\', TG_TABLE_NAME;',
                        hash="a52904eb6094d73339343d694ece0a8598331534",
                        operation='UPDATE OF "kind", "title", "content", "frozen_at", "data_version"',
                        pgid="pgtrigger_frozen_report_stays_ae846",
                        table="rollout_report",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Occasion",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="occasions",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            ("title", models.CharField(max_length=200, verbose_name="title")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("agreement", "agreement with LBF"),
                        ("board", "board"),
                        ("budget", "municipal budget"),
                        ("school", "school"),
                        ("data", "figures"),
                        ("other", "other"),
                    ],
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            (
                "first",
                models.CharField(
                    max_length=5,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
                            "Write month and day with two digits each, such as 06-30.",
                        )
                    ],
                    verbose_name="first day",
                ),
            ),
            (
                "last",
                models.CharField(
                    max_length=5,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
                            "Write month and day with two digits each, such as 06-30.",
                        )
                    ],
                    verbose_name="last day",
                ),
            ),
            (
                "is_proposal",
                models.BooleanField(default=False, verbose_name="proposal"),
            ),
            (
                "source",
                models.CharField(blank=True, max_length=300, verbose_name="source"),
            ),
        ],
        options={
            "verbose_name": "fixed point of the year",
            "verbose_name_plural": "fixed points of the year",
            "ordering": ["programme", "first", "title"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("programme", "title", "first"), name="occasion_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("first__regex", "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
                    ),
                    name="occasion_first_is_a_day",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("last__regex", "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
                    ),
                    name="occasion_last_is_a_day",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ApiToken",
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
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="api_tokens",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="person",
                ),
            ),
            ("name", models.CharField(max_length=100, verbose_name="name")),
            (
                "scopes",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("status:read", "read the status"),
                            (
                                "plan:read",
                                "read the plan, the work and what has happened",
                            ),
                            (
                                "plan:write",
                                "change activities, readiness and conditions",
                            ),
                            ("transitions:write", "move activities on"),
                            ("reminders:read", "read reminders and the mails to come"),
                            ("webhooks:read", "read webhooks and their calls"),
                            ("webhooks:write", "set up and change webhooks"),
                            ("tokens:read", "list one's tokens"),
                            ("tokens:write", "make and revoke tokens"),
                        ],
                        max_length=20,
                    ),
                    size=None,
                    verbose_name="good for",
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
                "prefix",
                models.CharField(editable=False, max_length=8, verbose_name="prefix"),
            ),
            ("digest", models.CharField(editable=False, max_length=64)),
            (
                "created_at",
                models.DateTimeField(editable=False, verbose_name="created"),
            ),
            (
                "expires_at",
                models.DateTimeField(blank=True, null=True, verbose_name="expires"),
            ),
            (
                "last_used_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="last used"
                ),
            ),
            (
                "revoked_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="revoked"
                ),
            ),
        ],
        options={
            "verbose_name": "API token",
            "verbose_name_plural": "API tokens",
            "ordering": ["user", "-created_at"],
            "indexes": [models.Index(fields=["prefix"], name="apitoken_by_prefix")],
            "constraints": [
                models.UniqueConstraint(fields=("digest",), name="apitoken_is_unique"),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "scopes__contained_by",
                            [
                                "status:read",
                                "plan:read",
                                "plan:write",
                                "transitions:write",
                                "reminders:read",
                                "webhooks:read",
                                "webhooks:write",
                                "tokens:read",
                                "tokens:write",
                            ],
                        ),
                        ("scopes__len__gt", 0),
                    ),
                    name="apitoken_scopes_are_known",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="AppliedPlan",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="applied_plan",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "entries",
                models.JSONField(default=dict, editable=False, verbose_name="entries"),
            ),
            ("applied_at", models.DateTimeField(verbose_name="applied at")),
        ],
        options={
            "verbose_name": "applied plan",
            "verbose_name_plural": "applied plans",
        },
    ),
    migrations.CreateModel(
        name="PlanUpload",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="uploaded by",
                ),
            ),
            ("name", models.CharField(max_length=200, verbose_name="file name")),
            ("content", models.BinaryField(verbose_name="content")),
            ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
        ],
        options={
            "verbose_name": "uploaded plan file",
            "verbose_name_plural": "uploaded plan files",
            "constraints": [
                models.UniqueConstraint(
                    fields=("by", "programme"), name="planupload_is_the_latest"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Job",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="jobs",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("plan", "apply a plan file"),
                        ("bulk", "change several activities"),
                    ],
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="asked for by",
                ),
            ),
            ("title", models.CharField(max_length=300, verbose_name="title")),
            ("asked", models.JSONField(default=dict, editable=False)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "waiting"),
                        ("running", "under way"),
                        ("done", "done"),
                        ("refused", "refused"),
                        ("failed", "failed"),
                    ],
                    default="waiting",
                    max_length=10,
                    verbose_name="state",
                ),
            ),
            ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
            ("total", models.PositiveIntegerField(default=0, verbose_name="in all")),
            ("told", models.TextField(blank=True, verbose_name="result")),
            ("refusals", models.JSONField(default=list, verbose_name="refusals")),
            ("asked_at", models.DateTimeField(verbose_name="asked at")),
            (
                "ended_at",
                models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
            ),
        ],
        options={
            "verbose_name": "job",
            "verbose_name_plural": "jobs",
            "ordering": ["-asked_at"],
            "indexes": [
                models.Index(
                    condition=models.Q(("state__in", ["waiting", "running"])),
                    fields=["asked_at"],
                    name="job_unfinished",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("state__in", ["waiting", "running"]), ("ended_at", None)
                        ),
                        models.Q(
                            ("state__in", ["done", "refused", "failed"]),
                            ("ended_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="job_has_ended_when_it_says_so",
                ),
                models.CheckConstraint(
                    condition=models.Q(("done__lte", models.F("total"))),
                    name="job_has_done_no_more_than_all",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="KeptAnswer",
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
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="person",
                ),
            ),
            ("key", models.CharField(max_length=255, verbose_name="key")),
            ("digest", models.CharField(max_length=64)),
            ("status", models.PositiveSmallIntegerField()),
            ("headers", models.JSONField()),
            ("body", models.BinaryField()),
            ("created_at", models.DateTimeField(verbose_name="created")),
        ],
        options={
            "verbose_name": "kept answer",
            "verbose_name_plural": "kept answers",
            "constraints": [
                models.UniqueConstraint(
                    fields=("user", "key"), name="keptanswer_key_is_unique"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SavedView",
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
                "user",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="saved_views",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="person",
                ),
            ),
            ("name", models.CharField(max_length=80, verbose_name="name")),
            ("address", models.CharField(max_length=1000, verbose_name="address")),
            ("saved_at", models.DateTimeField(verbose_name="saved")),
        ],
        options={
            "verbose_name": "saved view",
            "verbose_name_plural": "saved views",
            "ordering": ["name", "pk"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("user", "name"), name="savedview_name_is_unique"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("address__startswith", "/"),
                        models.Q(("address__startswith", "//"), _negated=True),
                    ),
                    name="savedview_address_is_of_this_site",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SettingChange",
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
                    related_name="setting_changes",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "area",
                models.CharField(
                    choices=[
                        ("ladders", "ladders"),
                        ("calendar", "calendar"),
                        ("milestones", "milestone templates"),
                        ("members", "members"),
                        ("plan", "plan file"),
                        ("year", "year wheel"),
                    ],
                    max_length=10,
                    verbose_name="page",
                ),
            ),
            (
                "verb",
                models.CharField(
                    choices=[
                        ("added", "added"),
                        ("changed", "changed"),
                        ("removed", "removed"),
                    ],
                    max_length=8,
                    verbose_name="what",
                ),
            ),
            ("name", models.CharField(max_length=200, verbose_name="name")),
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
            ("at", models.DateTimeField(verbose_name="at")),
        ],
        options={
            "verbose_name": "change of a setting",
            "verbose_name_plural": "changes of settings",
            "ordering": ["-at", "-pk"],
            "indexes": [
                models.Index(
                    fields=["programme", "area", "-at"], name="settingchange_by_page"
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("verb__in", ["added", "changed", "removed"])),
                    name="settingchange_verb_is_known",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="HandOver",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="hand_overs",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "from_person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="from",
                ),
            ),
            (
                "to_person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="to",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
            ("note", models.TextField(blank=True, verbose_name="note")),
            (
                "deactivated",
                models.BooleanField(default=False, verbose_name="account closed"),
            ),
        ],
        options={
            "verbose_name": "hand-over",
            "verbose_name_plural": "hand-overs",
            "ordering": ["-at", "-pk"],
            "indexes": [
                models.Index(
                    fields=["programme", "from_person", "-at"],
                    name="handover_by_person",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("from_person", models.F("to_person")), _negated=True
                    ),
                    name="handover_is_between_two",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="handover_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="7f09bec710bc40ec2b93e46c3479dbbbe847c1a4",
                        operation="UPDATE",
                        pgid="pgtrigger_handover_stays_4b5c2",
                        table="rollout_handover",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="HandedOver",
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
                "hand_over",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="items",
                    to="rollout.handover",
                    verbose_name="hand-over",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("activity", "activity"),
                        ("milestone", "milestone"),
                        ("round", "monitoring round"),
                        ("request", "data request"),
                        ("lead", "head of a partner"),
                        ("stand_in", "stand-in for somebody"),
                        ("role", "role in the programme"),
                    ],
                    max_length=10,
                    verbose_name="kind",
                ),
            ),
            ("object_id", models.BigIntegerField()),
            ("title", models.CharField(max_length=400, verbose_name="title")),
        ],
        options={
            "verbose_name": "handed over",
            "verbose_name_plural": "handed over",
            "ordering": ["hand_over", "pk"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("hand_over", "kind", "object_id"),
                    name="handedover_is_unique",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "kind__in",
                            [
                                "activity",
                                "milestone",
                                "round",
                                "request",
                                "lead",
                                "stand_in",
                                "role",
                            ],
                        )
                    ),
                    name="handedover_kind_is_known",
                ),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="handed_over_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="e3cea80cc8b932388e24b051547647b495118131",
                        operation="UPDATE",
                        pgid="pgtrigger_handed_over_stays_14dc2",
                        table="rollout_handedover",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Shift",
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
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="shifts",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("at", models.DateTimeField(verbose_name="at")),
            ("reason", models.TextField(blank=True, verbose_name="reason")),
        ],
        options={
            "verbose_name": "shift of dates",
            "verbose_name_plural": "shifts of dates",
            "ordering": ["-at", "-pk"],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="shift_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="7681f4fc42877fa018471c24de96d30abb80fe3e",
                        operation="UPDATE",
                        pgid="pgtrigger_shift_stays_cba89",
                        table="rollout_shift",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ShiftedDate",
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
                "shift",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="dates",
                    to="rollout.shift",
                    verbose_name="shift of dates",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("milestone", "milestone"),
                        ("launch", "planned launch"),
                        ("phase_start", "first day of a phase"),
                        ("phase_end", "last day of a phase"),
                    ],
                    max_length=12,
                    verbose_name="kind",
                ),
            ),
            (
                "milestone",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="shifted_dates",
                    to="rollout.milestone",
                ),
            ),
            (
                "activity",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="shifted_dates",
                    to="rollout.activity",
                ),
            ),
            (
                "phase",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="shifted_dates",
                    to="rollout.phase",
                ),
            ),
            ("before", models.DateField(null=True, verbose_name="from")),
            ("after", models.DateField(verbose_name="to")),
        ],
        options={
            "verbose_name": "shifted date",
            "verbose_name_plural": "shifted dates",
            "ordering": ["shift", "after", "pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("kind__in", ["phase_start", "phase_end"]),
                            ("activity", None),
                            ("milestone", None),
                            ("phase__isnull", False),
                        ),
                        models.Q(
                            ("activity__isnull", False),
                            models.Q(
                                models.Q(
                                    ("kind", "launch"),
                                    ("milestone", None),
                                    ("phase", None),
                                ),
                                models.Q(
                                    ("kind", "milestone"),
                                    ("milestone__isnull", False),
                                    ("phase", None),
                                ),
                                _connector="OR",
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="shifteddate_names_its_owner",
                )
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="shifted_date_stays",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="9109c82a71cbc9e4e4bbc41cad1d39ce1690a376",
                        operation="UPDATE",
                        pgid="pgtrigger_shifted_date_stays_c360d",
                        table="rollout_shifteddate",
                        when="BEFORE",
                    ),
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Change",
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
            ("transaction", models.BigIntegerField(editable=False)),
            ("at", models.DateTimeField(editable=False, verbose_name="at")),
            ("kind", models.CharField(max_length=40, verbose_name="kind")),
            ("object_id", models.BigIntegerField()),
            (
                "programme",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="rollout.programme",
                    verbose_name="programme",
                ),
            ),
            (
                "activity",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="rollout.activity",
                    verbose_name="activity",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            ("row", models.JSONField(null=True)),
        ],
        options={
            "verbose_name": "change",
            "verbose_name_plural": "changes",
            "ordering": ["transaction", "pk"],
            "indexes": [
                models.Index(
                    fields=["programme", "kind", "object_id", "-id"],
                    name="change_by_object",
                ),
                models.Index(
                    fields=["programme", "-transaction", "-id"],
                    name="change_by_transaction",
                ),
                models.Index(fields=["activity", "-id"], name="change_by_activity"),
            ],
            "triggers": [
                pgtrigger.compiler.Trigger(
                    name="append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="d6c883f0c2b88075954f3c9005ccff0d75a227d2",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_append_only_5ac8e",
                        table="rollout_change",
                        when="BEFORE",
                    ),
                ),
                pgtrigger.compiler.Trigger(
                    name="never_truncated",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';",
                        hash="09d1b64e3e3e44db9f9eac614bafadca2f0d0c75",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_never_truncated_71d39",
                        table="rollout_change",
                        when="BEFORE",
                    ),
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="HistoryRecord",
        fields=[
            ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("activity", "activity"),
                        ("milestone", "milestone"),
                        ("monitoring_round", "monitoring round"),
                    ],
                    max_length=20,
                    verbose_name="kind",
                ),
            ),
            ("object_id", models.BigIntegerField()),
            ("sequence", models.PositiveIntegerField(verbose_name="number")),
            ("transition", models.CharField(max_length=40, verbose_name="transition")),
            ("source", models.CharField(max_length=20, verbose_name="from")),
            ("target", models.CharField(max_length=20, verbose_name="to")),
            ("at", models.DateTimeField(verbose_name="at")),
            ("reason", models.TextField(verbose_name="reason")),
            (
                "overridden",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60), size=None
                ),
            ),
            ("version", models.PositiveIntegerField(verbose_name="version")),
            ("hash", models.CharField(max_length=64)),
        ],
        options={
            "verbose_name": "history record",
            "verbose_name_plural": "history records",
            "db_table": "rollout_history",
            "ordering": ["at", "key"],
            "managed": False,
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
        ("rollout", "0001_initial"),
        ("rollout", "0002_deadline_view"),
        ("rollout", "0003_mail_preferences_and_meetings"),
        ("rollout", "0004_changes_of_settings"),
        ("rollout", "0005_shifts_of_dates"),
        ("rollout", "0006_record_of_changes"),
        ("rollout", "0007_versions_of_what_people_change"),
        ("rollout", "0008_nudges"),
        ("rollout", "0009_likeness_of_texts"),
        ("rollout", "0010_saved_views"),
        ("rollout", "0011_who_added_a_sub_agreement"),
        ("rollout", "0012_hand_overs"),
        ("rollout", "0013_invitations"),
        ("rollout", "0014_history_view"),
        ("rollout", "0015_plan_uploads"),
        ("rollout", "0016_kept_answers"),
        ("rollout", "0017_occasions_of_the_year"),
        ("rollout", "0018_tour_seen"),
        ("rollout", "0019_half_days_off"),
        ("rollout", "0020_monitoring_in_full"),
        ("rollout", "0021_scopes_of_tokens_and_service_accounts"),
        ("rollout", "0022_stopped_clocks"),
        ("rollout", "0023_stopped_clocks_remind_nobody"),
        ("rollout", "0024_jobs"),
        ("rollout", "0025_withheld_values"),
        ("rollout", "0026_reports_and_lessons"),
        ("rollout", "0027_redacted_reasons"),
        ("rollout", "0028_who_changed_what"),
        ("rollout", "0029_national_observers"),
        ("rollout", "0030_memberships_from_login_providers"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # An index of milestones uses them.
        migrations.RunSQL(_likeness.CREATE, _likeness.DROP),
        *TABLES,
        *(
            migrations.RunSQL([trigger.install_sql], [trigger.uninstall_sql])
            for trigger in TRIGGERS
        ),
        migrations.RunSQL(_record.CREATE, _record.DROP),
        migrations.RunSQL(_views.CREATE, _views.DROP),
    ]
