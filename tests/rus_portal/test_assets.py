"""What is built from the code: anew when the code has changed, whatever its dates say; nothing stale is served."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rus_portal import assets, checks


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Return a function that prepares one part, which copies `source` to `target`, and says what it has told."""
    (tmp_path / "source").write_text("first")

    def build() -> None:
        (tmp_path / "target").write_text((tmp_path / "source").read_text())

    part = assets.Part("Copying …", lambda: [tmp_path / "source"], (tmp_path / "target").exists, build)
    monkeypatch.setattr(assets, "PARTS", {"copy": part})
    monkeypatch.setattr(assets, "BASE_DIR", tmp_path)
    monkeypatch.setattr(assets, "PREPARED", tmp_path / "build" / "prepared.json")

    def prepare() -> list[str]:
        told: list[str] = []
        assets.prepare_assets(told.append)
        return told

    return prepare


def test_a_part_is_built_once(built, tmp_path: Path):
    assert assets.list_unprepared() == ["copy"]

    assert (built(), built()) == (["Copying …"], [])

    assert (tmp_path / "target").read_text() == "first"
    assert assets.list_unprepared() == []


@pytest.mark.parametrize("change", ["older source", "target is gone", "nothing is remembered"])
def test_a_part_is_built_anew_when_it_is_not_what_the_source_would_give(built, tmp_path: Path, change):
    built()
    match change:
        case "older source":  # as an unpacked release has it
            (tmp_path / "source").write_text("other")
            os.utime(tmp_path / "source", (0, 0))
        case "target is gone":
            (tmp_path / "target").unlink()
        case _:
            (tmp_path / "build" / "prepared.json").write_text("{")

    assert assets.list_unprepared() == ["copy"]
    assert built() == ["Copying …"]
    assert (tmp_path / "target").read_text() == (tmp_path / "source").read_text()


def test_other_dates_alone_build_nothing(built, tmp_path: Path):
    built()
    os.utime(tmp_path / "source")

    assert built() == []


def test_what_is_built_may_be_read_by_whoever_runs_the_portal(built, tmp_path: Path):
    former = os.umask(0o077)
    try:
        built()
    finally:
        os.umask(former)

    assert (tmp_path / "build" / "prepared.json").stat().st_mode & 0o777 == 0o644
    assert list(json.loads((tmp_path / "build" / "prepared.json").read_text())) == ["copy"]


def test_a_server_without_what_is_built_refuses_to_start_and_says_what_to_do(built):
    with pytest.raises(SystemExit) as refused:
        checks.refuse_unless_ready()

    assert refused.value.code == (
        "The portal does not start. What is built from the code is missing or older than it: copy. "
        "Run `manage.py prepare`, as after every upgrade."
    )
    built()
    checks.refuse_unless_ready()
