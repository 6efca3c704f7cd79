"""What the search knows."""

from search.models import SynonymGroup


def make_synonyms(*words: str) -> SynonymGroup:
    """Words that mean the same."""
    return SynonymGroup.objects.create(words="\n".join(words))
