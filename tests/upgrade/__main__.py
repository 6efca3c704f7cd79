"""Pack the example content of this version, for the versions that follow: do it when one is released.

    python -m tests.upgrade

Writes tests/upgrade/demo-VERSION.zip: the database in pg_dump's own format, and the files that belong to it.
"""

import os
import subprocess
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402

from rus_portal import __version__, postgres  # noqa: E402
from rus_portal.backup.manifest import DUMP  # noqa: E402
from tests.template_databases import demo_template  # noqa: E402

PACK = Path(__file__).with_name(f"demo-{__version__}.zip")
KEPT = ("documents", "registry_signing_key")
"""What of the portal's folder the database names, and the key that signed its registry."""


def main() -> None:
    with postgres.running_server():
        template = demo_template()
        files = [file.relative_to(template.var) for file in sorted(template.var.rglob("*")) if file.is_file()]
        kept = [file for file in files if file.parts[0] in KEPT]
        with ZipFile(PACK, "w", ZIP_DEFLATED) as pack:
            pack.writestr(DUMP, _dump(template.database))
            for file in kept:
                pack.write(template.var / file, file)
    print(f"{PACK} holds the database and {len(kept)} files.")


def _dump(database: str) -> bytes:
    server = f"--host={settings.DATABASES['default']['HOST']}", f"--username={settings.DATABASE_OWNER['USER']}"
    options = "--format=custom", "--compress=9", "--no-owner", "--no-privileges", f"--dbname={database}"
    program = postgres.find_program("pg_dump")
    return subprocess.run([program, *server, *options], check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
