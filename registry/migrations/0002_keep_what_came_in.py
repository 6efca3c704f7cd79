"""Let the database itself refuse to alter or delete what came in, but for a disposal that two people decided.

Each trigger names the columns that may change; every other update, and every deletion, is refused for
everyone, superusers of the site included. Only the owner of the tables could lift a trigger, and the
site does not run as the owner (see `migrate`).
"""

from django.db import migrations

MAY_CHANGE: dict[str, list[str]] = {
    "registry_dayhead": [],
    "registry_event": [],
    "registry_eventpayload": [],
    "registry_record": [],
    "registry_party": ["identity_is_protected"],
    "registry_fileaccess": [],
    "registry_file": ["scan", "scan_note", "scanned_at", "scan_due_at", "scan_attempts", "removed_at"],
    "registry_intake": ["state"],
    "registry_case": [
        "title", "status", "assigned_to_id", "document_type_id", "due_on", "answered_at", "closed_at", "version",
    ],
    "registry_series": ["title", "title_sv", "title_en", "answers_need_approval"],
    "registry_secrecymark": ["lifted_on", "lifted_by"],
    "registry_disposal": ["state", "decided_by_id", "decided_at", "reason", "carried_out_at", "protocol"],
    "registry_delivery": ["receipt", "archived_at"],
    "registry_delivery_cases": [],
}  # fmt: skip
LISTS = ["registry_disposal_cases", "registry_disposal_intakes"]
"""What a disposal is about: nothing joins the list once someone has decided on it, and nothing leaves it."""

FUNCTIONS = """
CREATE FUNCTION registry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Inside registry_dispose, which runs as the owner and has checked the decision.
    IF current_setting('registry.disposing', true) <> '' AND TG_OP <> 'TRUNCATE' AND current_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The registry keeps what came in: % on % is refused.', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION registry_count_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.last_number = 1 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.series_id, NEW.year, NEW.last_number) = (OLD.series_id, OLD.year, OLD.last_number + 1) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A number series counts up by one: % is refused.', lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER registry_count_up BEFORE INSERT OR UPDATE OR DELETE ON registry_seriesyear
    FOR EACH ROW EXECUTE FUNCTION registry_count_up();

CREATE FUNCTION registry_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- The lock makes whoever decides at the same time wait, or us see the decision.
        PERFORM FROM registry_disposal WHERE id = NEW.disposal_id AND state = 'proposed' FOR SHARE;
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The list of a disposal is written when it is proposed: % on % is refused.',
        lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

DISPOSE = """
CREATE FUNCTION registry_dispose(which bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    decision registry_disposal;
    those_cases bigint[];
    those_intakes bigint[];
    those_records bigint[];
    those_mails bigint[];
BEGIN
    SELECT * INTO decision FROM registry_disposal WHERE id = which FOR UPDATE;
    IF decision.state IS DISTINCT FROM 'decided' OR decision.decided_by_id IS NULL
        OR decision.decided_by_id = decision.proposed_by_id
    THEN
        RAISE EXCEPTION 'Only a disposal that someone else than its proposer has decided can be carried out.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('registry.disposing', which::text, true);
    those_cases := ARRAY(
        SELECT c.id FROM registry_disposal_cases d JOIN registry_case c ON c.id = d.case_id
        WHERE d.disposal_id = which AND c.status = 'disposal_decided'
    );
    those_records := ARRAY(SELECT id FROM registry_record WHERE case_id = ANY(those_cases));
    those_intakes := ARRAY(
        SELECT i.id FROM registry_disposal_intakes d JOIN registry_intake i ON i.id = d.intake_id
        WHERE d.disposal_id = which AND i.state IN ('quarantined', 'received')
        UNION
        SELECT intake_id FROM registry_record WHERE id = ANY(those_records) AND intake_id IS NOT NULL
    );
    those_mails := ARRAY(
        SELECT mail_id FROM registry_intake WHERE id = ANY(those_intakes) AND mail_id IS NOT NULL
    );
    DELETE FROM registry_eventpayload p USING registry_event e
    WHERE p.event_id = e.sequence AND (e.case_id = ANY(those_cases) OR e.intake_id = ANY(those_intakes))
        AND e.kind NOT IN (
            'disposal_proposed', 'disposal_rejected', 'disposal_decided', 'disposed', 'delivered', 'archived'
        );
    DELETE FROM registry_filetext t USING registry_file f
    WHERE t.file_id = f.id AND (f.record_id = ANY(those_records) OR f.intake_id = ANY(those_intakes));
    UPDATE registry_file SET original_name = '', checksum = '', scan_note = '', disposed_at = now(),
        scan = CASE WHEN scan = 'pending' THEN 'unchecked' ELSE scan END
    WHERE disposed_at IS NULL AND (record_id = ANY(those_records) OR intake_id = ANY(those_intakes));
    -- A draft's file has bytes of its own until it is sent. As a file disposed of it is removed from the storage too.
    INSERT INTO registry_file (record_id, file, original_name, content_type, size, checksum, variant, scan, scan_note,
        scan_due_at, scan_attempts, disposed_at)
    SELECT (SELECT min(r.id) FROM registry_record r WHERE r.case_id = a.case_id), f.file, '', f.content_type, f.size,
        '', 'original', 'unchecked', '', now(), 0, now()
    FROM registry_answerfile f JOIN registry_answer a ON a.id = f.answer_id
    WHERE a.case_id = ANY(those_cases) AND NOT EXISTS (SELECT FROM registry_file kept WHERE kept.file = f.file);
    DELETE FROM registry_answerfile f USING registry_answer a
    WHERE f.answer_id = a.id AND a.case_id = ANY(those_cases);
    DELETE FROM registry_answer WHERE case_id = ANY(those_cases);
    DELETE FROM mailroom_mailattachment m USING registry_dispatch d
    WHERE m.mail_id = d.mail_id AND d.case_id = ANY(those_cases);
    -- Other mail that repeats what is destroyed: the same mail once more, and what came back or answered by itself.
    UPDATE mailroom_incomingmail other SET raw = '', checksum = '', message_id = '', note = ''
    FROM mailroom_incomingmail m
    WHERE m.id = ANY(those_mails) AND other.state = 'duplicate'
        AND (other.checksum = m.checksum OR (m.message_id <> '' AND other.message_id = m.message_id));
    UPDATE mailroom_incomingmail other SET raw = '', checksum = '', message_id = '', note = ''
    FROM mailroom_outgoingmail m JOIN registry_dispatch d ON d.mail_id = m.id
    WHERE d.case_id = ANY(those_cases) AND other.state IN ('bounce', 'automatic')
        AND position(convert_to(m.message_id, 'UTF8') IN other.raw) > 0;
    UPDATE mailroom_incomingmail SET raw = '', checksum = '', message_id = '', note = '' WHERE id = ANY(those_mails);
    UPDATE mailroom_outgoingmail m
    SET "to" = '', subject = '', body = '', reply_to = '', in_reply_to = '', last_error = ''
    FROM registry_dispatch d WHERE d.mail_id = m.id AND d.case_id = ANY(those_cases);
    DELETE FROM registry_party WHERE record_id = ANY(those_records);
    UPDATE registry_record SET subject = '', body = '', about = '', holds_personal_number = false
    WHERE id = ANY(those_records);
    UPDATE registry_intake SET raw = '', checksum = '', addressee_email = '', reason = '', token = gen_random_uuid(),
        state = 'disposed'
    WHERE id = ANY(those_intakes);
    DELETE FROM registry_casetext WHERE case_id = ANY(those_cases);
    IF NOT decision.keep_title THEN
        UPDATE registry_case SET title = '' WHERE id = ANY(those_cases);
    END IF;
    PERFORM set_config('registry.disposing', '', true);
END $$;
"""

ROWS = """
CREATE TRIGGER registry_keep BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION registry_keep({columns});
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""

LIST_ROWS = """
CREATE TRIGGER registry_keep BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION registry_list();
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""

UNDO_FUNCTIONS = """
DROP FUNCTION registry_dispose(bigint);
DROP FUNCTION registry_list() CASCADE;
DROP FUNCTION registry_keep() CASCADE;
DROP FUNCTION registry_count_up() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("mailroom", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS + DISPOSE, UNDO_FUNCTIONS),
        *[
            migrations.RunSQL(
                ROWS.format(table=table, columns=", ".join(f"'{column}'" for column in columns)),
                migrations.RunSQL.noop,
            )
            for table, columns in MAY_CHANGE.items()
        ],
        *[migrations.RunSQL(LIST_ROWS.format(table=table), migrations.RunSQL.noop) for table in LISTS],
    ]
