"""Planning remembers how far it has come, and what was touched since."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from notifications.migrations import _touched


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_squashed_0016"),
        ("rollout", "0034_recorded_deliveries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sweep",
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
                ("day", models.DateField(verbose_name="day")),
                (
                    "whole_at",
                    models.DateTimeField(verbose_name="everything was looked at"),
                ),
                ("transaction", models.BigIntegerField()),
                ("database", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("wrote", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "sweep",
                "verbose_name_plural": "sweeps",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="there_is_at_most_one_sweep"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Touched",
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "what was touched",
                "verbose_name_plural": "what was touched",
            },
        ),
        migrations.RunSQL(_touched.CREATE, _touched.DROP),
    ]
