"""Let the database itself refuse to change a follow-up once it is frozen.

It can be withdrawn and published again, and corrections can be added; nothing else, for whoever the site runs as.
"""

from django.db import migrations

MAY_CHANGE = ["publication", "publish_from", "publish_until", "updated_at"]

FUNCTIONS = """
CREATE FUNCTION followup_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen IS NULL THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A published follow-up is kept as it is: % is refused.', lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$;

-- What belongs to a follow-up, directly or through an assessment. The lock makes whoever freezes it at the same
-- time wait, or us see that it is frozen.
CREATE FUNCTION followup_keep_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    is_frozen boolean;
BEGIN
    FOREACH part IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        SELECT frozen IS NOT NULL INTO is_frozen FROM followup_followup
        WHERE id = COALESCE(
            (part ->> 'followup_id')::bigint,
            (SELECT followup_id FROM followup_assessment WHERE id = (part ->> 'assessment_id')::bigint)
        ) FOR SHARE;
        IF is_frozen THEN
            RAISE EXCEPTION 'A published follow-up is kept as it is: % on % is refused.', lower(TG_OP), TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION followup_correct() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM followup_followup WHERE id = NEW.followup_id AND frozen IS NOT NULL;
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Corrections are only added, to what has been published: % is refused.', lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$;
"""
TRIGGERS = f"""
CREATE TRIGGER followup_keep BEFORE UPDATE OR DELETE ON followup_followup
    FOR EACH ROW EXECUTE FUNCTION followup_keep({", ".join(f"'{name}'" for name in MAY_CHANGE)});
CREATE TRIGGER followup_keep_parts BEFORE INSERT OR UPDATE OR DELETE ON followup_assessment
    FOR EACH ROW EXECUTE FUNCTION followup_keep_parts();
CREATE TRIGGER followup_keep_parts BEFORE INSERT OR UPDATE OR DELETE ON followup_evidence
    FOR EACH ROW EXECUTE FUNCTION followup_keep_parts();
CREATE TRIGGER followup_correct BEFORE INSERT OR UPDATE OR DELETE ON followup_correction
    FOR EACH ROW EXECUTE FUNCTION followup_correct();
"""
AWAY = """
DROP TRIGGER followup_keep ON followup_followup;
DROP TRIGGER followup_keep_parts ON followup_assessment;
DROP TRIGGER followup_keep_parts ON followup_evidence;
DROP TRIGGER followup_correct ON followup_correction;
DROP FUNCTION followup_keep(), followup_keep_parts(), followup_correct();
"""


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, AWAY), migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop)]
