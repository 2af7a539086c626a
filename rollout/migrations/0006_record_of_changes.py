"""The record of changes: one table, written by one trigger on every domain table."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

#: The tables, each with the way from a row to its programme.
RECORDED = {
    "programme": "self",
    "focusarea": "programme",
    "focusarea_departments": "focusarea",
    "subagreement": "focusarea",
    "objective": "focusarea",
    "objective_places": "objective",
    "indicator": "objective",
    "indicator_places": "indicator",
    "measurement": "indicator",
    "place": "programme",
    "phase": "programme",
    "phase_places": "phase",
    "partner": "programme",
    "membership": "programme",
    "user": "nobody",
    "initiative": "focusarea",
    "initiative_partners": "initiative",
    "activity": "programme",
    "activity_contributors": "activity",
    "readiness": "activity",
    "condition": "activity",
    "milestone": "activity",
    "milestone_predecessors": "milestone",
    "milestonetemplate": "programme",
    "monitoringround": "programme",
    "datarequest": "round",
    "evaluation": "activity",
    "grant": "programme",
    "grant_activities": "grant",
    "closingperiod": "programme",
    "meeting": "programme",
}

FUNCTIONS = """
-- The time that the record gives a change: that of its transaction.
CREATE FUNCTION rollout_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';

-- To which programme a row belongs, by the way that its table names.
CREATE FUNCTION rollout_programme_of(way text, r jsonb) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    CASE way
    WHEN 'self' THEN
        RETURN (r->>'id')::bigint;
    WHEN 'programme' THEN
        RETURN (r->>'programme_id')::bigint;
    WHEN 'focusarea' THEN
        RETURN (SELECT programme_id FROM rollout_focusarea
                WHERE id = coalesce(r->>'focus_area_id', r->>'focusarea_id')::bigint);
    WHEN 'objective' THEN
        RETURN (SELECT f.programme_id FROM rollout_objective o
                JOIN rollout_focusarea f ON f.id = o.focus_area_id
                WHERE o.id = (r->>'objective_id')::bigint);
    WHEN 'indicator' THEN
        RETURN (SELECT f.programme_id FROM rollout_indicator i
                JOIN rollout_objective o ON o.id = i.objective_id
                JOIN rollout_focusarea f ON f.id = o.focus_area_id
                WHERE i.id = (r->>'indicator_id')::bigint);
    WHEN 'initiative' THEN
        RETURN (SELECT f.programme_id FROM rollout_initiative i
                JOIN rollout_focusarea f ON f.id = i.focus_area_id
                WHERE i.id = (r->>'initiative_id')::bigint);
    WHEN 'activity' THEN
        RETURN (SELECT programme_id FROM rollout_activity
                WHERE id = (r->>'activity_id')::bigint);
    WHEN 'milestone' THEN
        RETURN (SELECT a.programme_id FROM rollout_milestone m
                JOIN rollout_activity a ON a.id = m.activity_id
                WHERE m.id = (r->>'from_milestone_id')::bigint);
    WHEN 'round' THEN
        RETURN (SELECT programme_id FROM rollout_monitoringround
                WHERE id = (r->>'round_id')::bigint);
    WHEN 'phase' THEN
        RETURN (SELECT programme_id FROM rollout_phase
                WHERE id = (r->>'phase_id')::bigint);
    WHEN 'grant' THEN
        RETURN (SELECT programme_id FROM rollout_grant
                WHERE id = (r->>'grant_id')::bigint);
    WHEN 'nobody' THEN
        RETURN NULL;
    END CASE;
END $$;

-- What of a row is kept. Of people nothing but who; of a partner not its address.
CREATE FUNCTION rollout_kept(kind text, r jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind WHEN 'user' THEN jsonb_build_object('id', r->'id')
                     WHEN 'partner' THEN r - 'email'
                     ELSE r END
$$;

CREATE FUNCTION rollout_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP_FUNCTIONS = """
DROP FUNCTION rollout_record_change();
DROP FUNCTION rollout_kept(text, jsonb);
DROP FUNCTION rollout_programme_of(text, jsonb);
DROP FUNCTION rollout_now();
"""
TRIGGER = """
CREATE TRIGGER rollout_recorded AFTER INSERT OR UPDATE OR DELETE ON rollout_{kind}
    FOR EACH ROW EXECUTE FUNCTION rollout_record_change('{way}');
"""
# Logging in writes the row as well; only what others see of a person counts.
USER_TRIGGER = """
CREATE TRIGGER rollout_recorded AFTER INSERT OR DELETE ON rollout_user
    FOR EACH ROW EXECUTE FUNCTION rollout_record_change('nobody');
CREATE TRIGGER rollout_recorded_update AFTER UPDATE ON rollout_user
    FOR EACH ROW
    WHEN ((OLD.name, OLD.is_active) IS DISTINCT FROM (NEW.name, NEW.is_active))
    EXECUTE FUNCTION rollout_record_change('nobody');
"""
# The record begins with what there is.
BASELINE = """
INSERT INTO rollout_change
    (transaction, at, kind, object_id, programme_id, activity_id, "row")
SELECT pg_current_xact_id()::text::bigint, rollout_now(), '{kind}', t.id,
       rollout_programme_of('{way}', to_jsonb(t)),
       CASE '{kind}' WHEN 'activity' THEN to_jsonb(t)->>'id'
                     ELSE to_jsonb(t)->>'activity_id' END::bigint,
       rollout_kept('{kind}', to_jsonb(t))
FROM rollout_{kind} t ORDER BY t.id;
"""


def _recording():
    for kind, way in RECORDED.items():
        trigger = USER_TRIGGER if kind == "user" else TRIGGER
        undo = f"DROP TRIGGER rollout_recorded ON rollout_{kind};"
        if kind == "user":
            undo += "DROP TRIGGER rollout_recorded_update ON rollout_user;"
        yield migrations.RunSQL(
            trigger.format(kind=kind, way=way) + BASELINE.format(kind=kind, way=way),
            undo,
        )


class Migration(migrations.Migration):
    """Begin the record with what there is, and keep it from now on."""

    dependencies = [("rollout", "0005_shifts_of_dates")]

    operations = [
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
                ("row", models.JSONField(null=True)),
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
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *_recording(),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
    ]
