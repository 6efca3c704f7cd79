-- From when the retention plan lets a closed case be destroyed (Arkivlagen 1990:782, 10 §); NULL while it must be kept.
CREATE FUNCTION registry_disposable_from(which bigint, today date) RETURNS date LANGUAGE sql STABLE AS $$
    -- Both the plan that the case's type stands in and the plan in force must let it go: the longer term counts.
    SELECT LEAST(
        (c.closed_at AT TIME ZONE 'Europe/Stockholm')::date
            + make_interval(years => GREATEST(own.retention_years, now_in_force.retention_years)),
        date '9999-12-31'
    )::date
    FROM registry_case c
    JOIN registry_documenttype own ON own.id = c.document_type_id
    JOIN registry_retentionplan plan ON plan.id = own.plan_id
    LEFT JOIN registry_documenttype now_in_force ON now_in_force.code = own.code AND now_in_force.plan_id = (
        SELECT id FROM registry_retentionplan WHERE decided_on <= today ORDER BY version DESC LIMIT 1
    )
    WHERE c.id = which AND plan.decided_on <= today AND own.retention_years IS NOT NULL AND c.closed_at IS NOT NULL
        AND (now_in_force.id IS NULL OR now_in_force.retention_years IS NOT NULL)
$$;

-- Destroys what two people decided to dispose of, and checks once more that it may be. Called by registry_dispose alone.
CREATE FUNCTION registry_destroy(which bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    decision registry_disposal;
    those_cases bigint[];
    those_intakes bigint[];
    those_records bigint[];
    those_mails bigint[];
    today date := (now() AT TIME ZONE 'Europe/Stockholm');
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
    IF EXISTS (
        SELECT FROM registry_case c WHERE c.id = ANY(those_cases) AND (
            COALESCE(public.registry_disposable_from(c.id, today) > today, true)
            OR EXISTS (
                SELECT FROM registry_case later WHERE later.follows_id = c.id
                AND later.status IN ('registered', 'distributed', 'in_progress', 'resting')
            )
        )
    ) THEN
        RAISE EXCEPTION 'The retention plan does not let the case go yet, or another case goes on with it.'
            USING ERRCODE = 'restrict_violation';
    END IF;
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
            'disposal_proposed', 'disposal_rejected', 'disposal_decided', 'disposal_withdrawn', 'disposed',
            'delivered', 'archived'
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
    DELETE FROM registry_casetitle WHERE case_id = ANY(those_cases);
    IF NOT decision.keep_title THEN
        UPDATE registry_case SET title = '' WHERE id = ANY(those_cases);
    END IF;
    PERFORM set_config('registry.disposing', '', true);
END $$;

REVOKE EXECUTE ON FUNCTION registry_destroy(bigint) FROM PUBLIC;

-- What is destroyed is destroyed in the changes too. What is left of each row is written down again, by this act.
CREATE FUNCTION registry_dispose(which bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    began bigint := nextval('registry_change_id_seq');
    touched record;
BEGIN
    PERFORM registry_destroy(which);
    PERFORM set_config('registry.disposing', which::text, true);
    UPDATE mailroom_incomingmail SET raw = '', message_id = '', note = ''
        WHERE emptied_at IS NULL AND state IN ('automatic', 'bounce', 'duplicate')  -- what became a case is left
            AND id IN (SELECT incomingmail_id FROM registry_disposal_mails WHERE disposal_id = which);
    FOR touched IN
        SELECT "table", array_agg(key) AS keys FROM (
            SELECT "table", key FROM registry_change
                WHERE act = nullif(current_setting('registry.act', true), '')::bigint AND id > began
            UNION
            -- Its former titles may have named someone.
            SELECT 'registry_case', c.id FROM registry_disposal_cases d JOIN registry_case c ON c.id = d.case_id
                WHERE d.disposal_id = which AND c.status = 'disposal_decided'
        ) rows GROUP BY "table" ORDER BY "table"
    LOOP
        UPDATE registry_change SET facts = NULL, salt = NULL
            WHERE "table" = touched."table" AND key = ANY(touched.keys) AND id < began;
        PERFORM set_config('registry.restating', 'on', true);
        EXECUTE format('UPDATE %I SET id = id WHERE id = ANY($1)', touched."table") USING touched.keys;
        PERFORM set_config('registry.restating', '', true);
    END LOOP;
    PERFORM set_config('registry.disposing', '', true);
END $$;
