"""The demo's synonyms."""

import tomllib
from pathlib import Path

from search.models import SynonymGroup

FILE = Path(__file__).with_suffix(".toml")


def load_synonyms() -> None:
    for words in tomllib.loads(FILE.read_text())["groups"]:
        SynonymGroup.objects.get_or_create(words="\n".join(words))
