"""The search index, the changes waiting to be indexed, and editors' synonyms."""

from search.models.changes import Change
from search.models.entries import Kind, PageEntry, SearchEntry, SearchWords
from search.models.words import SynonymGroup, Word

__all__ = ["Change", "Kind", "PageEntry", "SearchEntry", "SearchWords", "SynonymGroup", "Word"]
