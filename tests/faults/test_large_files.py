"""A document of 200 MB, in through the admin and out again in parts, with little memory in every process."""

from pathlib import Path

from tests.large import RESIDENT_AT_MOST, make_large_pdf, resident_for_a_large_document
from tests.portal_process import Portal


def test_200_mb_go_in_and_come_out_in_parts_with_little_memory(own_portal: Portal, tmp_path: Path) -> None:
    most = resident_for_a_large_document(own_portal, make_large_pdf(tmp_path / "large.pdf"))

    print(most)
    assert {process: megabytes for process, megabytes in most.items() if megabytes > RESIDENT_AT_MOST} == {}
