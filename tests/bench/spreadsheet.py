"""How long a file of 5,000 activities takes: tried with 200 faults, tried right, saved, written out, tried again.

Run it alone with `python -m tests.bench.spreadsheet`. The commands are run as anyone would run them, start included;
the rest of the machine is left alone, and the portal's server and worker are idle.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

if TYPE_CHECKING:
    from tests.portal_process import Portal

ROWS, FAULTS, SECONDS_AT_MOST = 5_000, 200, 60
IN_THE_DEMO: dict[str, Any] = {
    "plan": "innovation",
    "contact": "Frida Bergman",
    "participating": "Region Västernorrland; BizMaker",
    "financing": "Region Västernorrland: 500000",
    "goals_sv": "1: Så här bidrar den.\n2: Och så här.",
    "goals_en": "1: This is how.",
}


def main() -> None:
    """Print the seconds of each step; exit with a sentence if one of them is not as it should be."""
    from tests.actionplans.sheets import as_file, rows
    from tests.portal_process import demo_portal

    print("\nLoading the demo for the spreadsheet …", flush=True)
    found = [row | IN_THE_DEMO for row in rows(ROWS)]
    wrong = [row | {"starts_on": "i våras"} if n % (ROWS // FAULTS) == 0 else row for n, row in enumerate(found)]
    with demo_portal() as portal, tempfile.TemporaryDirectory() as folder:
        right_file, wrong_file = Path(folder, "right.xlsx"), Path(folder, "wrong.xlsx")
        right_file.write_bytes(as_file(found).getvalue())
        wrong_file.write_bytes(as_file(wrong).getvalue())
        again = str(Path(folder, "again.xlsx"))
        save = ("--save", "--publish", "--user", "samordnare")
        print(f"\n{ROWS} rows, {os.cpu_count()} cores; at most {SECONDS_AT_MOST} s each.\n")
        measure(portal, "tried, with 200 faults", f" {FAULTS} underkända.", "import_activities", str(wrong_file))
        measure(portal, "tried", f"{ROWS} nya, ", "import_activities", str(right_file))
        measure(portal, "saved", "All of it is saved.", "import_activities", str(right_file), *save)
        measure(portal, "written out", "activities are written", "export_activities", again, "--plan", "innovation")
        measure(portal, "tried again, unchanged", "0 nya, 0 ändrade, ", "import_activities", again)


def measure(portal: "Portal", name: str, expected: str, *command: str) -> None:
    start = time.monotonic()
    result = portal.manage(*command, timeout=600)
    seconds = time.monotonic() - start
    print(f"{name:<32}{seconds:>8.1f} s", flush=True)
    if expected not in result.stdout or seconds > SECONDS_AT_MOST:
        sys.exit(f"It took too long, or said something else:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")


if __name__ == "__main__":
    django.setup()
    from rus_portal import postgres

    with postgres.running_server():
        main()
