"""Let the database itself refuse to alter or delete what came in.

Each trigger names the columns that may change; every other update, and every deletion, is refused for
everyone, superusers of the site included. Only the owner of the tables could lift a trigger, and the
site does not run as the owner (see `migrate`).
"""

from django.db import migrations

MAY_CHANGE: dict[str, list[str]] = {
    "registry_event": [],
    "registry_eventpayload": [],
    "registry_record": [],
    "registry_party": [],
    "registry_file": [],
    "registry_intake": ["state"],
    "registry_case": ["title", "status", "assigned_to_id"],
    "registry_series": ["title", "title_sv", "title_en"],
}

FUNCTIONS = """
CREATE FUNCTION registry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
"""

ROWS = """
CREATE TRIGGER registry_keep BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION registry_keep({columns});
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""

UNDO_FUNCTIONS = "DROP FUNCTION registry_keep() CASCADE; DROP FUNCTION registry_count_up() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
        *[
            migrations.RunSQL(
                ROWS.format(table=table, columns=", ".join(f"'{column}'" for column in columns)),
                migrations.RunSQL.noop,
            )
            for table, columns in MAY_CHANGE.items()
        ],
    ]
