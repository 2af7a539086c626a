"""Says what tokens are good for, and lets programs take part as service accounts."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

#: What tokens were good for before they said so.
EVERYTHING_SO_FAR = [
    "status:read",
    "plan:read",
    "plan:write",
    "transitions:write",
    "reminders:read",
    "webhooks:read",
    "webhooks:write",
]


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0020_monitoring_in_full"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="rollout.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("status:read", "read the status"),
                        ("plan:read", "read the plan, the work and what has happened"),
                        ("plan:write", "change activities, readiness and conditions"),
                        ("transitions:write", "move activities on"),
                        ("reminders:read", "read reminders and the mails to come"),
                        ("webhooks:read", "read webhooks and their calls"),
                        ("webhooks:write", "set up and change webhooks"),
                        ("tokens:read", "list one's tokens"),
                        ("tokens:write", "make and revoke tokens"),
                    ],
                    max_length=20,
                ),
                default=EVERYTHING_SO_FAR,
                size=None,
                verbose_name="good for",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="is_service",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="service account",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_service", False),
                    models.Q(("is_staff", False), ("is_superuser", False)),
                    _connector="OR",
                ),
                name="user_service_account_administers_nothing",
            ),
        ),
    ]
