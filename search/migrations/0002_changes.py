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
# The database takes no account of how long it takes to read vectors, which are large and lie apart from their rows: for
# a word that stands in most of them it would read them all, and ten times as long as it reads the index. Of so many
# rows as a common word finds it learns here, so that it is prepared for them.
HOLDING = """
CREATE FUNCTION search_holding(tsquery) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2000 SET enable_seqscan = off AS $$
    SELECT id FROM search_searchwords WHERE vector @@ $1
$$;
"""
HEADED = """
CREATE FUNCTION search_headed(tsquery, text) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 300 SET enable_seqscan = off AS $$
    SELECT id FROM search_searchentry WHERE heading @@ $1 AND language = $2
$$;
"""
ON_PAGE = """
CREATE FUNCTION search_on_page(tsquery) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2000 SET enable_seqscan = off AS $$
    SELECT document_id FROM search_pageentry WHERE vector @@ $1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION search_note_change() CASCADE"),
        migrations.RunSQL(HOLDING, "DROP FUNCTION search_holding(tsquery)"),
        migrations.RunSQL(HEADED, "DROP FUNCTION search_headed(tsquery, text)"),
        migrations.RunSQL(ON_PAGE, "DROP FUNCTION search_on_page(tsquery)"),
    ]
