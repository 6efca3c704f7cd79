"""Snowball's stemmers. They keep state, so each thread has its own."""

import threading

import snowballstemmer

NAMES = {"sv": "swedish", "en": "english"}


class _Stemmers(threading.local):
    def __init__(self) -> None:
        self.of = {language: snowballstemmer.stemmer(name) for language, name in NAMES.items()}


_stemmers = _Stemmers()


def stem_word(word: str, language: str) -> str:
    found: str = _stemmers.of[language].stemWord(word)
    return found
