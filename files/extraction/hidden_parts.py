"""Hidden parts of an Office file: comments, embedded files, data behind what is shown. Runs in the sandbox."""

import re
import zipfile
from collections import Counter

from files.extraction.findings import COMMENTS, DELETIONS, EMBEDDED, LINKS, PIVOT, Findings
from files.extraction.xml_parts import Names, Part

COMMENT_PART = re.compile(r"(?:word|xl|ppt)/(?:.*/)?[^/]*comment[^/]*\.xml", re.IGNORECASE)
COMMENT_ELEMENTS = frozenset({"comment", "threadedComment", "cm"})
LINK_PART = re.compile(r"xl/externalLinks/[^/]+\.xml")
PARTS = (
    (re.compile(r"(?:word|xl|ppt)/embeddings/[^/]+"), EMBEDDED),
    (re.compile(r"(?!META-INF/)[^/]+/content\.xml"), EMBEDDED),  # an object in an OpenDocument
    (re.compile(r"xl/(?:pivotCache/pivotCacheRecords[^/]*\.xml|model/[^/]+)"), PIVOT),
    (re.compile(r"xl/revisions/revisionLog[^/]*\.xml"), DELETIONS),
)
"""Parts of the archive that readers do not see, by name (ISO/IEC 29500-1, chapters 11–15)."""


class ElementCounter(Part):
    """Counts the elements with some names in a part."""

    def __init__(self, wanted: frozenset[str], findings: Findings) -> None:
        super().__init__()
        self.wanted = wanted
        self.findings = findings
        self.counts: Counter[str] = Counter()

    def pause(self) -> None:
        self.findings.check_time()

    def start(self, name: str, given: Names) -> None:  # noqa: ARG002
        if name in self.wanted:
            self.counts[name] += 1


def find_hidden_parts(archive: zipfile.ZipFile, findings: Findings) -> None:
    """Add the hidden parts of the archive to the findings."""
    comments: Counter[str] = Counter()
    for name in archive.namelist():
        findings.check_time()
        if COMMENT_PART.fullmatch(name):
            comments += _counted(archive, name, COMMENT_ELEMENTS, findings)
        elif LINK_PART.fullmatch(name) and _counted(archive, name, frozenset({"v"}), findings):
            findings.add(LINKS)
        for pattern, kind in PARTS:
            if pattern.fullmatch(name):
                findings.add(kind)
    if comments:  # a threaded comment is also stored as a plain one, for older programs
        findings.add(COMMENTS, count=max(comments.values()))


def _counted(archive: zipfile.ZipFile, name: str, wanted: frozenset[str], findings: Findings) -> Counter[str]:
    part = ElementCounter(wanted, findings)
    part.read(archive, name)
    return part.counts
