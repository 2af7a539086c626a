"""A role that came from a login provider goes when the provider no longer says so."""

from django.db import migrations, models

import rollout.names


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0029_national_observers"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="from_provider",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=40,
                verbose_name="from login provider",
            ),
        ),
        migrations.AlterField(
            model_name="focusarea",
            name="name",
            field=models.CharField(
                max_length=200,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="initiative",
            name="name",
            field=models.CharField(
                max_length=200,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="name",
            field=models.CharField(
                max_length=200,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="phase",
            name="name",
            field=models.CharField(
                max_length=120,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="name",
            field=models.CharField(
                max_length=120,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="programme",
            name="name",
            field=models.CharField(
                max_length=200,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="name",
            field=models.CharField(
                max_length=120,
                validators=[rollout.names.refuse_unseen],
                verbose_name="name",
            ),
        ),
    ]
