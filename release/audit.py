"""`make audit-packages`: look for known vulnerabilities in every pinned package, and say what could not be looked up.

pip-audit ends with 0 and “No known vulnerabilities found” also where it has found no package at all, as behind a mirror
that does not tell of vulnerabilities. Here that is a failure: exit 0 means that every package was looked up.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VULNERABLE, NOT_AUDITED = 1, 2
LISTS = ("requirements.txt", "requirements-sentry.txt", "requirements-dev.txt", "requirements-release.txt")


def main() -> None:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner=off"]
    faults = [audit_list(name, command) for name in LISTS]
    sys.exit(max(faults))


def audit_list(name: str, command: Sequence[str]) -> int:
    """Audit the packages of a list, print what was found, and return the exit code."""
    arguments = [*command, "--format=json", f"--requirement={ROOT / name}"]
    result = subprocess.run(arguments, check=False, capture_output=True, text=True)
    try:
        packages = json.loads(result.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = (result.stderr.strip().splitlines() or ["no reason was given"])[-1]
        print(f"{name}: COULD NOT AUDIT. Nothing is known about any of its packages: {reason}")
        return NOT_AUDITED
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [(package, fault) for package in packages for fault in package.get("vulns", [])]
    for package, fault in found:
        mended = ", ".join(fault["fix_versions"]) or "no version yet"
        print(f"{name}: {package['name']} {package['version']} has {fault['id']}, mended in {mended}.")
    if len(skipped) == len(packages):
        print(f"{name}: COULD NOT AUDIT. Nothing is known about any of its {len(packages)} packages.")
        return NOT_AUDITED
    if skipped:
        print(f"{name}: COULD NOT AUDIT {len(skipped)} of {len(packages)} packages. Nothing is known about them: "
              f"{', '.join(skipped)}.")  # fmt: skip
        return NOT_AUDITED
    if found:
        return VULNERABLE
    print(f"{name}: all {len(packages)} packages audited; none has a known vulnerability.")
    return 0


if __name__ == "__main__":
    main()
