import subprocess
from pathlib import Path
from typing import Any

import pytest

from files.extraction import sandbox
from files.extraction.sandbox import Limits, run_sandboxed


def test_process_gets_the_file_and_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    start = subprocess.Popen

    def note(*line: Any, **named: Any) -> Any:
        given.update(named)
        return start(*line, **named)

    monkeypatch.setattr(sandbox.subprocess, "Popen", note)
    (tmp_path / "file").write_text("Älvdal")

    with (tmp_path / "file").open("rb") as file:
        answer = run_sandboxed(file.fileno(), "all_text", "text/plain", limits=Limits())

    assert (answer.lines, answer.is_whole) == ([{"text": "Älvdal"}], True)
    assert given["env"] == {"LANG": "C.UTF-8"}
