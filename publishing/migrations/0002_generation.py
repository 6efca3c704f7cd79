"""One row that changes with every commit that changes what the public may read (see `publishing.generation`)."""

from django.db import migrations

CREATE = """
CREATE TABLE publishing_generation (
    is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
    value bigint NOT NULL
);
INSERT INTO publishing_generation (value) VALUES (0);

CREATE FUNCTION publishing_raise_generation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE publishing_generation SET value = pg_current_xact_id()::text::bigint
        WHERE value <> pg_current_xact_id()::text::bigint;
    RETURN NULL;
END $$;
"""
REMOVE = "DROP TABLE publishing_generation; DROP FUNCTION publishing_raise_generation() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, REMOVE)]
