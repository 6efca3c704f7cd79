"""Let the database write down every fact that the register states, so that the chain can speak for it.

A trigger on each table of facts writes the columns that changed (`registry_change`); the next event of the transaction
speaks for them (`registry.chain.append_event`). A later migration that makes a table of facts watches it with
`SELECT registry_watch('registry_…')`, and names columns that are no facts after the table; one that alters rows ends
with `registry.chain.state_changes`. What is there already is written down once, at the end of this migration.
"""

from typing import Any

from django.db import migrations, models

WATCHED: dict[str, list[str]] = {
    "registry_answer": [],
    "registry_answerfile": [],
    "registry_cannedtext": [],
    "registry_case": [],
    "registry_delivery": [],
    "registry_delivery_cases": [],
    "registry_dispatch": [],
    "registry_disposal": [],
    "registry_disposal_cases": [],
    "registry_disposal_intakes": [],
    "registry_disposal_mails": [],
    "registry_documenttype": [],
    "registry_file": ["scan_due_at", "scan_attempts", "removed_at"],
    "registry_fileaccess": [],
    "registry_intake": ["raw"],
    "registry_party": [],
    "registry_readinggrant": [],
    "registry_record": [],
    "registry_retentionplan": [],
    "registry_secrecymark": [],
    "registry_series": [],
    "mailroom_incomingmail": ["raw", "due_at", "attempts"],
    "mailroom_mailattachment": [],
    "mailroom_outgoingmail": ["due_at", "attempts"],
}

KEEP = """
CREATE TRIGGER registry_keep BEFORE UPDATE OR DELETE ON registry_change
    FOR EACH ROW EXECUTE FUNCTION registry_keep();
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON registry_change
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""

FUNCTIONS = """
CREATE SEQUENCE registry_act;

-- A long text is told by its checksum: who may not read the record learns nothing, and nothing is kept twice.
CREATE FUNCTION registry_facts(content jsonb, left_out text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN content ? 'body'
        THEN (content - left_out)
            || jsonb_build_object('body', encode(sha256(convert_to(content->>'body', 'UTF8')), 'hex'))
        ELSE content - left_out
    END
$$;

-- The act's number and the digest over its changes so far stand in settings of the transaction, for the event to read.
CREATE FUNCTION registry_write_change(of_table text, of_key bigint, facts jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    this_act bigint := nullif(current_setting('registry.act', true), '')::bigint;
    this_id bigint := nextval('registry_change_id_seq');
    salt bytea := uuid_send(gen_random_uuid());
    digest bytea;
BEGIN
    IF this_act IS NULL THEN
        this_act := nextval('registry_act');
        PERFORM set_config('registry.act', this_act::text, true), set_config('registry.changes', '', true);
    END IF;
    digest := sha256(salt || convert_to(concat_ws(' ', this_act, this_id, of_table, of_key, facts), 'UTF8'));
    INSERT INTO registry_change (id, act, "table", key, facts, salt, digest)
        VALUES (this_id, this_act, of_table, of_key, facts, salt, digest);
    PERFORM set_config('registry.changes',
        encode(sha256(decode(current_setting('registry.changes'), 'hex') || digest), 'hex'), true);
END $$;

CREATE FUNCTION registry_note_change() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    left_out text[] := coalesce(TG_ARGV, '{}');
    facts jsonb;
    before jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM registry_write_change(TG_TABLE_NAME, OLD.id, 'null');
        RETURN NULL;
    END IF;
    IF 'raw' = ANY(left_out) THEN
        NEW.raw := NULL;  -- many megabytes that would be made text for nothing
    END IF;
    facts := registry_facts(to_jsonb(NEW), left_out);
    IF TG_OP = 'UPDATE' AND current_setting('registry.restating', true) IS DISTINCT FROM 'on' THEN
        IF 'raw' = ANY(left_out) THEN
            OLD.raw := NULL;
        END IF;
        before := registry_facts(to_jsonb(OLD), left_out);
        SELECT jsonb_object_agg(key, value) INTO facts FROM jsonb_each(facts)
            WHERE before->key IS DISTINCT FROM value;
    END IF;
    IF facts IS NOT NULL THEN
        PERFORM registry_write_change(TG_TABLE_NAME, NEW.id, facts);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry_watch(which regclass, VARIADIC left_out text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER registry_note_change AFTER INSERT OR UPDATE OR DELETE ON %s
            FOR EACH ROW EXECUTE FUNCTION registry_note_change(%s)',
        which, (SELECT string_agg(quote_literal(name), ', ') FROM unnest(left_out) name)
    );
END $$;
"""

DISPOSE = """
ALTER FUNCTION registry_dispose(bigint) RENAME TO registry_destroy;
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
"""

UNDO = """
DROP FUNCTION registry_dispose(bigint);
ALTER FUNCTION registry_destroy(bigint) RENAME TO registry_dispose;
GRANT EXECUTE ON FUNCTION registry_dispose(bigint) TO PUBLIC;
DROP FUNCTION registry_watch(regclass, text[]);
DROP FUNCTION registry_note_change() CASCADE;
DROP FUNCTION registry_write_change(text, bigint, jsonb);
DROP FUNCTION registry_facts(jsonb, text[]);
DROP SEQUENCE registry_act;
"""


def write_down_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Begin with what the register states today. Without events there is nothing, and the first one begins."""
    if not apps.get_model("registry", "Event").objects.exists():
        return
    from registry import chain  # no historical model can append an event

    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for table, left_out in WATCHED.items():
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            stated = ", ".join(connection.ops.quote_name(name) for name in columns if name not in left_out)
            cursor.execute(
                "SELECT count(registry_write_change(%s, id, registry_facts(to_jsonb(row), '{}')))"  # noqa: S608
                f" FROM (SELECT {stated} FROM {table} ORDER BY id) row",
                [table],
            )
    chain.state_changes("what the register stated before")


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_terms_and_reading_rights"), ("mailroom", "0004_unfetched")]

    operations = [
        migrations.CreateModel(
            name="ChainEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveBigIntegerField(verbose_name="number in the chain")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                ("head", models.DateField(null=True, verbose_name="day of the last head")),
                ("signature", models.CharField(max_length=128, verbose_name="signature (Ed25519)")),
            ],
            options={
                "verbose_name": "end of the chain",
                "verbose_name_plural": "ends of the chain",
            },
        ),
        migrations.AddField(
            model_name="event",
            name="act",
            field=models.PositiveBigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="event",
            name="changes",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "receipt"),
                    ("notice", "notice"),
                    ("answer", "answer"),
                    ("forward", "reference to another authority"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "waiting for the registrar"),
                    ("registered", "registered"),
                    ("quarantined", "put in quarantine"),
                    ("released", "released from quarantine"),
                    ("record_added", "record added"),
                    ("distributed", "distributed"),
                    ("accepted", "accepted"),
                    ("returned", "returned"),
                    ("rested", "put on hold"),
                    ("resumed", "resumed"),
                    ("answered", "answered"),
                    ("closed", "closed"),
                    ("reopened", "reopened"),
                    ("voided", "voided"),
                    ("delivered", "delivered to the e-archive"),
                    ("archived", "received by the e-archive"),
                    ("delivery_refused", "refused by the e-archive"),
                    ("disposal_proposed", "disposal proposed"),
                    ("disposal_rejected", "disposal rejected"),
                    ("disposal_decided", "disposal decided"),
                    ("disposal_withdrawn", "proposed disposal withdrawn"),
                    ("disposed", "disposed of"),
                    ("title_set", "public title set"),
                    ("type_set", "document type set"),
                    ("due_set", "due date set"),
                    ("secrecy_marked", "marked with secrecy"),
                    ("identity_protected", "identity protected"),
                    ("secrecy_lifted", "secrecy mark lifted"),
                    ("reading_granted", "permission to read marked case given"),
                    ("reading_ended", "permission to read marked case ended"),
                    ("note_written", "note added"),
                    ("stated", "changes recorded"),
                    ("answer_submitted", "answer sent for approval"),
                    ("answer_approved", "answer approved"),
                    ("answer_rejected", "answer sent back"),
                    ("forwarded", "referred to another authority"),
                    ("mail_bounced", "e-mail returned"),
                    ("mail_stopped", "e-mail stopped by virus scan"),
                    ("file_scanned", "file checked for viruses"),
                ],
                max_length=20,
                verbose_name="event",
            ),
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.PositiveBigIntegerField(verbose_name="act")),
                ("table", models.CharField(max_length=63, verbose_name="table")),
                ("key", models.BigIntegerField(verbose_name="key")),
                ("facts", models.JSONField(null=True, verbose_name="facts")),
                ("salt", models.BinaryField(null=True)),
                ("digest", models.BinaryField()),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["table", "key"], name="registry_change_row")],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS + DISPOSE, UNDO),
        *[
            migrations.RunSQL(
                f"SELECT registry_watch({', '.join(repr(name) for name in (table, *left_out))})", migrations.RunSQL.noop
            )
            for table, left_out in WATCHED.items()
        ],
        migrations.RunPython(write_down_what_is_there, migrations.RunPython.noop),
    ]
