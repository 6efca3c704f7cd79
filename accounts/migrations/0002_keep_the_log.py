"""Let the database itself refuse to change the account log, and to remove an entry within ninety days.

Older ones go when the time that the settings state is out (`accounts.expiry`).
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION accounts_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < statement_timestamp() - interval '90 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The account log is kept as it is: % is refused.', lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER accounts_keep BEFORE UPDATE OR DELETE ON accounts_accountevent
    FOR EACH ROW EXECUTE FUNCTION accounts_keep();
CREATE TRIGGER accounts_keep_all BEFORE TRUNCATE ON accounts_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_keep();
"""
REMOVE = "DROP FUNCTION accounts_keep() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, REMOVE)]
