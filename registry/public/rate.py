"""Rate limits: hourly counts in the table of Django's cache."""

from django.conf import settings
from django.db import connection, transaction

COUNT = """
SET LOCAL synchronous_commit = off;
WITH forgotten AS (
    DELETE FROM {table} WHERE cache_key IN (
        SELECT cache_key FROM {table} WHERE expires < now() AND cache_key <> %(key)s FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO {table} (cache_key, value, expires) VALUES (%(key)s, '1', now() + interval '1 hour')
ON CONFLICT (cache_key) DO UPDATE SET value = ({table}.value::integer + 1)::text
RETURNING value::integer
"""
"""One statement, so that concurrent counts are all counted, in one round trip.

Counts need not survive a crash of the database, so nobody waits for the disk.
"""


@transaction.atomic(durable=True)  # an enclosing transaction would not wait for the disk either
def count_use(key: str) -> int:
    """Count once under a key that names its hour. Return the new count."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
        cursor.execute(COUNT.format(table=table), {"key": key})
        return int(cursor.fetchone()[0])
