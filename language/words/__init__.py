"""The analysis of Swedish and English words, the same for texts and for questions.

A word becomes *lexemes*: first the Snowball stem of its dictionary form (skolan → skola → skol), which stemming alone
misses for short and irregular words; then the stem of the word as written, since some forms belong to several
dictionary forms; then the parts of a compound. Two words match if they share a lexeme.
"""

from language.words.analysis import analyse_word, find_dictionary_form, find_lexemes, find_parts, is_stop_word
from language.words.lexicon import prepare_lexicon
from language.words.tokens import Token, tokenize

__all__ = [
    "Token",
    "analyse_word",
    "find_dictionary_form",
    "find_lexemes",
    "find_parts",
    "is_stop_word",
    "prepare_lexicon",
    "tokenize",
]
