"""The record of changes: one table, written by one trigger on every domain table."""

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
    "reportingperiod": "programme",
    "target": "indicator",
    "periodlock": "programme",
    "lateentry": "programme",
    "attendance": "activity",
    "contribution": "programme",
    "occasion": "programme",
    "stoppedclock": "activity",
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

-- Who acted is said by `rollout.acting`.
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

CREATE = FUNCTIONS + "".join(
    USER_TRIGGER if kind == "user" else TRIGGER.format(kind=kind, way=way)
    for kind, way in RECORDED.items()
)
DROP = (
    "".join(f"DROP TRIGGER rollout_recorded ON rollout_{kind};" for kind in RECORDED)
    + "DROP TRIGGER rollout_recorded_update ON rollout_user;"
    + DROP_FUNCTIONS
)
