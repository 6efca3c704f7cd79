"""How fast the registrar's list and search are when the registry holds 100,000 cases.

The cases are written by the owner of the tables, many at a time: they have words, senders and records as real
ones have, but no chain. Each page is asked for by the registrar, logged in, as a browser does.
"""

from typing import Any

from tests.bench.pages import as_if_long_in_use, own_database, refuse, time_pages, visitor

CASES, ROUNDS = 100_000, 20
LIST = "/admin/registry/case/"
PAGES = {
    "first page": "",
    "page 1,000": "?p=1000",
    "last page": f"?p={CASES // 50}",
    "status closed": "?status__exact=closed",
    "status in progress": "?status__exact=in_progress",
    "overdue": "?due=overdue",
    "assigned to nobody": "?assigned=nobody",
    "assigned to me": "?assigned=me",
    "this year": "?registered=year",
    "by due date": "?o=7",
    "search: common word": "?q=bredband",
    "search: two words": "?q=bredband+cykelväg",
    "search: rare word": "?q=ekolodet",
    "search: no such word": "?q=xylofonorkester",
    "search: number": "?q=RUS+2025/4711",
    "search: sender": "?q=sender77@example.org",
    "search: common word, closed": "?q=bredband&status__exact=closed",
}
WORDS = """
bredband cykelväg kollektivtrafik handlingsplan innovation skogsbruk energi klimat kompetens landsbygd kommun
företag ansökan bidrag projekt remiss samråd utlysning hamn järnväg flygplats turism kultur jämställdhet
integration utbildning högskola vindkraft vatten fiske jordbruk möte underlag beslut förslag synpunkt fråga
""".split()  # noqa: SIM905
FILL = """
INSERT INTO registry_series (code, title, title_sv, title_en, answers_need_approval)
    VALUES ('RUS', 'Regional utveckling', 'Regional utveckling', 'Regional development', false);
INSERT INTO registry_intake (id, token, channel, kind, received_at, language, raw, checksum, addressee,
        addressee_email, state, reason)
    SELECT n, gen_random_uuid(), 'web_form', 'message', at, 'sv', '{}', '', 'Person ' || n %% 40,
        'person@example.org', 'registered', ''
    FROM bench_case;
INSERT INTO registry_case (id, series_id, year, number, kind, registered_at, arrived_at, title, status,
        assigned_to_id, due_on, closed_at, version)
    SELECT n, (SELECT id FROM registry_series), year, row_number() OVER (PARTITION BY year ORDER BY n), 'message',
        at, at, 'Meddelande om ' || word,
        CASE WHEN n %% 50 = 0 THEN 'registered' WHEN n %% 50 = 1 THEN 'distributed' WHEN n %% 50 = 2 THEN 'in_progress'
            WHEN n %% 50 = 3 THEN 'answered' ELSE 'closed' END,
        CASE WHEN n %% 50 > 0 THEN %(officer)s END, at::date + 14, CASE WHEN n %% 50 > 3 THEN at END, 1
    FROM bench_case;
INSERT INTO registry_record (id, case_id, ordinal, direction, recorded_at, intake_id, subject, body, about, language,
        holds_personal_number)
    SELECT n, n, 1, 'incoming', at, n, 'Fråga om ' || word, text, '', 'sv', false FROM bench_case;
INSERT INTO registry_party (record_id, role, name, email, reply_to, identity_is_protected)
    SELECT n, 'sender', 'Anna Andersson ' || n, 'sender' || n || '@example.org', '', false FROM bench_case;
DROP TABLE bench_case;
SELECT setval(pg_get_serial_sequence(name, 'id'), %(count)s)
    FROM unnest(ARRAY['registry_intake', 'registry_case', 'registry_record']) AS name;
"""
CASES_TO_BE = """
CREATE UNLOGGED TABLE bench_case AS
SELECT n, word, text || CASE WHEN n %% 25000 = 7 THEN ' ekolodet' ELSE '' END AS text, at,
    extract(year FROM at AT TIME ZONE 'Europe/Stockholm')::int AS year
FROM (
    SELECT n, %(words)s::text[] AS words,
        (%(words)s::text[])[1 + (n * 7919) %% %(number)s] AS word,
        (SELECT string_agg((%(words)s::text[])[1 + (n * 31 + k * k * 17) %% %(number)s], ' ')
            FROM generate_series(1, 40) AS k) AS text,
        timestamptz '2026-11-01' - (%(count)s - n) * interval '15 minutes' AS at
    FROM generate_series(1, %(count)s) AS n
) AS made
"""


def main() -> None:
    """Fill a separate database, then time each page; exit with status 1 if one is slower than allowed."""
    print(f"\nWriting {CASES} cases …", flush=True)
    with own_database() as name:
        client, officer = logged_in_registrar()
        fill(name, officer)
        refuse(time_pages(client, {key: LIST + query for key, query in PAGES.items()}, ROUNDS))


def logged_in_registrar() -> tuple[Any, int]:
    """Return a client, and the officer who has the cases."""
    from accounts.roles import Role
    from tests.factories import make_user

    client = visitor()
    client.force_login(make_user(Role.REGISTRAR))
    return client, make_user(Role.OFFICER).pk


def fill(database: str, officer: int, count: int = CASES) -> None:
    """Create that many cases, as the owner of the tables."""
    from registry.search import index_all_cases
    from tests import databases

    given = {"count": count, "words": WORDS, "number": len(WORDS), "officer": officer}
    connected = databases.connect(database, as_owner=True)
    try:
        with connected.cursor() as cursor:
            cursor.execute(CASES_TO_BE, given)
            cursor.execute(FILL, given)
    finally:
        connected.close()
    index_all_cases()
    as_if_long_in_use()
