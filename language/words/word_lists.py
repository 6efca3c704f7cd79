"""The lists of words in lists.toml."""

import tomllib
from pathlib import Path

with Path(__file__).with_name("lists.toml").open("rb") as _file:
    _lists = tomllib.load(_file)
STOP_WORDS = {language: frozenset(words.split()) for language, words in _lists["stop_words"].items()}
EVERYDAY = {language: frozenset(words.split()) for language, words in _lists["everyday"].items()}
SHORT_HEADS, SHORT_TAILS, ENDINGS, PREFIXES, WHOLE = (
    frozenset(_lists["compounds"][name].split())
    for name in ("short_heads", "short_tails", "endings", "prefixes", "whole")
)
QUESTIONS_BEGIN, ASKS_WHO, ONLY_ASKS = (
    frozenset(_lists["questions"][name].split()) for name in ("begin", "who", "ask")
)
CALLED = frozenset(_lists["numbers"]["called"].split())
ALONE = frozenset(_lists["alone"]["sv"].split())
IRREGULAR = {
    language: {form: word for word, forms in words.items() for form in forms.split()}
    for language, words in _lists["irregular"].items()
}
