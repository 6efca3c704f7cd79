from typing import Any

import pytest

from registry.checks import files_are_checked_for_viruses


@pytest.mark.parametrize(("url", "warnings"), [("", ["registry.W001"]), ("tcp://clamav:3310", [])])
def test_deploy_check_warns_where_nothing_checks_files(settings: Any, url: str, warnings: list[str]) -> None:
    settings.CLAMD_URL = url

    assert [warning.id for warning in files_are_checked_for_viruses()] == warnings
