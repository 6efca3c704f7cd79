"""Dictionary forms: simplemma's Swedish and English lexicons, packed as tries on disk.

A million forms take 15 MB of memory when read from the tries, but packing takes seconds and far more memory. So
`prepare_lexicon` packs them before the portal starts; a process that finds none packs them itself.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

LANGUAGES = ("sv", "en")


def get_lexicon_folder() -> Path:
    """Return the folder of the tries, for the installed version of simplemma."""
    return Path(settings.LEXICON_DIR) / version("simplemma")


def is_prepared() -> bool:
    return all((get_lexicon_folder() / f"{language}.dic").exists() for language in LANGUAGES)


def prepare_lexicon() -> None:
    """Pack the lexicons in a temporary folder and rename them, so that no process reads a half-written one."""
    get_lexicon_folder().mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=get_lexicon_folder(), prefix="making-") as fresh:
        factory = TrieDictionaryFactory(disk_cache_dir=fresh)
        for language in LANGUAGES:
            factory.get_dictionary(language)
            (Path(fresh) / f"{language}.dic").replace(get_lexicon_folder() / f"{language}.dic")


@cache
def load_lexicon(language: str) -> Mapping[str, str]:
    """Return the mapping from form to dictionary form."""
    if not is_prepared():
        prepare_lexicon()
    return TrieDictionaryFactory(disk_cache_dir=str(get_lexicon_folder())).get_dictionary(language)


def find_lemma(word: str, language: str) -> str | None:
    """Return the dictionary form of a known word in lower case; the lexicon has names with a capital."""
    known = load_lexicon(language)
    found = known.get(word) or known.get(word.capitalize())
    return found.lower() if found else None


NOUN_ENDINGS = ("en", "et", "n", "t", "s", "er", "ar", "a", "ens", "ets")


@lru_cache(maxsize=16_384)
def is_base(word: str) -> bool:
    """Whether some Swedish form belongs to this very word, so that it is a noun or adjective in its dictionary form.

    The lexicon gives each form one word only, often a verb: plan → plana, band → banda. But planen → plan.
    """
    get = load_lexicon("sv").get
    if get(word) is None:
        return False  # every dictionary form is a form itself
    if word.endswith("a"):
        return get(word + "n") == word  # skolan: a noun, though skola is a verb as well
    return any(get(word + ending) == word for ending in NOUN_ENDINGS)


def is_verb(word: str) -> bool:
    get = load_lexicon("sv").get
    return word.endswith("a") and (get(word + "r") == word or get(word[:-1] + "er") == word)


@lru_cache(maxsize=16_384)
def find_noun(form: str) -> str | None:
    """Return the noun or adjective that a form belongs to, if any."""
    if is_base(form):
        return form
    known = load_lexicon("sv").get(form)
    if known is None or is_verb(known) or not known.islower():
        return None
    return known
