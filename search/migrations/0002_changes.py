"""What writes down which thing was changed, in the commit that changes it (see `search.triggers`)."""

from django.db import migrations

CREATE = """
CREATE FUNCTION search_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
-- Told the kind of thing and the column that names it: the row's own key, or that of what it is a part of.
DECLARE
    before bigint := CASE WHEN TG_OP <> 'INSERT' THEN (to_jsonb(OLD) ->> TG_ARGV[1])::bigint END;
    after bigint := CASE WHEN TG_OP <> 'DELETE' THEN (to_jsonb(NEW) ->> TG_ARGV[1])::bigint END;
BEGIN
    INSERT INTO search_change (kind, object_id)
        SELECT DISTINCT TG_ARGV[0], key FROM unnest(ARRAY[before, after]) AS keys (key) WHERE key IS NOT NULL;
    PERFORM pg_notify('search', '');
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION search_note_change() CASCADE")]
