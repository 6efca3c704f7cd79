"""What the PyPI `eark-validator` finds in a package, as JSON: the rules broken, under the part that found them.

A script, run in a process of its own with `.venv/eark` on its path. It fetches vocabularies from the network as it is
imported; it gets our copies. Its own exit code is 0 for anything.
"""

import json
import sys
import urllib.request
from pathlib import Path
from typing import IO, Any

VOCABULARIES = Path(__file__).parent / "vocabularies"


def open_local(url: str) -> IO[bytes]:
    return (VOCABULARIES / url.rpartition("/")[2]).open("rb")


def report(folder: str) -> dict[str, list[str]]:
    urllib.request.urlopen = open_local  # type: ignore[assignment]
    from eark_validator.packages import PackageValidator

    found = PackageValidator(Path(folder)).validation_report
    metadata: Any = found.metadata
    return {
        "structure": rules(found.structure.messages),
        "schema": rules(metadata.schema_results.messages),
        "schematron": rules(metadata.schematron_results.messages),
    }


def rules(messages: list[Any]) -> list[str]:
    return sorted({f"{message.severity.name} {message.rule_id}" for message in messages})


if __name__ == "__main__":
    print(json.dumps(report(sys.argv[1])))
