"""The bill of materials (CycloneDX 1.6): what requirements.txt pins and what is vendored, each with its hashes."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

VENDORED = (
    "assets/vendor/designsystemet/VERSION",
    "documents/pdf_export/fonts/VERSION",
    "static/fonts/VERSION",
)
"""Each line: the npm package, its version and its integrity hash."""
NAME = re.compile(r"^[A-Za-z0-9._-]+", re.MULTILINE)


def write_bill(source: Path, version: str, moment: int, target: Path) -> None:
    """Write the bill of a version. Raise `RuntimeError` if it does not follow the schema."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.txt", "--output-reproducible"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(moment)}
    said = subprocess.run(command, cwd=source, check=True, env=environment, stdout=subprocess.PIPE).stdout
    bill = json.loads(said)
    for component in bill["components"]:
        component["bom-ref"] = component["purl"]
        del component["description"]  # the line in requirements.txt
    vendored = [describe_vendored(line) for path in VENDORED for line in (source / path).read_text().splitlines()]
    bill["components"] += vendored
    bill["metadata"]["component"] = {
        "type": "application",
        "bom-ref": "rus-portal",
        "name": "rus-portal",
        "version": version,
        "licenses": [{"license": {"id": "EUPL-1.2"}}],
    }
    chosen = {name.lower() for name in NAME.findall((source / "requirements.in").read_text())}
    direct = [part["bom-ref"] for part in bill["components"] if part["name"] in chosen or part in vendored]
    bill["dependencies"] = [{"ref": "rus-portal", "dependsOn": sorted(direct)}]
    text = json.dumps(bill, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise RuntimeError(f"The bill of materials is not valid: {fault}")
    target.write_text(text)


def describe_vendored(line: str) -> dict[str, Any]:
    """Return the component of a line of a VERSION file."""
    name, version, integrity = line.split()
    algorithm, _dash, digest = integrity.partition("-")
    address = f"pkg:npm/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
    }
