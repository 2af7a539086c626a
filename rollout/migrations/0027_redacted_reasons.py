"""The digest of a reason stands beside it, so that a name can be taken out of it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

TABLES = (
    "rollout_activitytransition",
    "rollout_milestonetransition",
    "rollout_monitoringroundtransition",
)
#: The hashes stay as they are: they cover this digest already.
DIGEST = """
ALTER TABLE {table} DISABLE TRIGGER USER;
UPDATE {table} SET reason_digest = encode(sha256(convert_to(reason, 'UTF8')), 'hex');
ALTER TABLE {table} ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0026_reports_and_lessons"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="activitytransition",
            name="links_chain",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="milestonetransition",
            name="links_chain",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="monitoringroundtransition",
            name="links_chain",
        ),
        migrations.AddField(
            model_name="activitytransition",
            name="reason_digest",
            field=models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="activitytransition",
            name="redacted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="milestonetransition",
            name="reason_digest",
            field=models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="milestonetransition",
            name="redacted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="monitoringroundtransition",
            name="reason_digest",
            field=models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="monitoringroundtransition",
            name="redacted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(
            "".join(DIGEST.format(table=table) for table in TABLES),
            migrations.RunSQL.noop,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activitytransition",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestonetransition",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="monitoringroundtransition",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
    ]
