"""Who acted stands in the record of changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: As in 0006, with who acted: `rollout.acting` says it.
RECORD = """
CREATE OR REPLACE FUNCTION rollout_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := substr(TG_TABLE_NAME, 9);  -- without "rollout_"
    r jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        r := to_jsonb(OLD);
    ELSE
        r := to_jsonb(NEW);
    END IF;
    INSERT INTO rollout_change
        (transaction, at, kind, object_id, programme_id, activity_id, "row", by_id)
    VALUES (
        pg_current_xact_id()::text::bigint, rollout_now(), kind, (r->>'id')::bigint,
        rollout_programme_of(TG_ARGV[0], r),
        CASE kind WHEN 'activity' THEN r->>'id' ELSE r->>'activity_id' END::bigint,
        CASE WHEN TG_OP <> 'DELETE' THEN rollout_kept(kind, r) END,
        nullif(current_setting('rollout.by', true), '')::bigint);
    RETURN NULL;
END $$;
"""
WITHOUT = """
CREATE OR REPLACE FUNCTION rollout_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := substr(TG_TABLE_NAME, 9);  -- without "rollout_"
    r jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        r := to_jsonb(OLD);
    ELSE
        r := to_jsonb(NEW);
    END IF;
    INSERT INTO rollout_change
        (transaction, at, kind, object_id, programme_id, activity_id, "row")
    VALUES (
        pg_current_xact_id()::text::bigint, rollout_now(), kind, (r->>'id')::bigint,
        rollout_programme_of(TG_ARGV[0], r),
        CASE kind WHEN 'activity' THEN r->>'id' ELSE r->>'activity_id' END::bigint,
        CASE WHEN TG_OP <> 'DELETE' THEN rollout_kept(kind, r) END);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0027_redacted_reasons"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.RunSQL(RECORD, WITHOUT),
    ]
