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
