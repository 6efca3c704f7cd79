"""What differs between the languages: words that say nothing, months, abbreviations, and how long sentences may be."""

import re
from typing import NamedTuple


class Language(NamedTuple):
    """The rules of one language."""

    vague: frozenset[str]
    """Texts of links that do not say where they lead."""
    dated: re.Pattern[str]
    """A day and a month without a year."""
    abbreviations: re.Pattern[str]
    """Whose full stop ends no sentence."""
    longest_sentence: int
    """Words. Advice for plain language is half of it on average."""
    hardest: int
    """The readability index (LIX) above which a text is hard: official texts are often above 50."""


MONTHS_SV = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
MONTHS_EN = "January|February|March|April|May|June|July|August|September|October|November|December"
SWEDISH = Language(
    vague=frozenset(
        {"här", "klicka här", "tryck här", "läs här", "läs mer", "läs mer här", "läs vidare", "mer", "mer här",
         "se här", "mer information", "mer info", "information", "länk", "länken", "denna länk", "den här länken",
         "hit", "denna sida", "den här sidan", "sidan", "ladda ner", "öppna", "följ länken"}
    ),
    dated=re.compile(rf"\b\d{{1,2}}(?::[ae])?\s(?:{MONTHS_SV})\b(?!,?\s(?:år\s)?\d{{4}})", re.IGNORECASE),
    abbreviations=re.compile(
        r"\b(?:bl\.\s?a|t\.\s?ex|m\.\s?m|d\.\s?v\.\s?s|dvs|s\.\s?k|o\.\s?s\.\s?v|osv|f\.\s?d|t\.\s?o\.\s?m|"
        r"fr\.\s?o\.\s?m|ca|kl|nr|jfr|resp|inkl|exkl|kap|st|tel|mfl|m\.\s?fl)\.|\b[A-ZÅÄÖ]\.|(?<=\d)\.(?=\d)",
        re.IGNORECASE,
    ),
    longest_sentence=30,
    hardest=50,
)  # fmt: skip
ENGLISH = Language(
    vague=frozenset(
        {"here", "click here", "click", "press here", "read more", "read more here", "read on", "more", "more here",
         "see here", "more information", "more info", "information", "learn more", "link", "the link", "this link",
         "this page", "the page", "download", "open", "follow the link", "find out more"}
    ),
    dated=re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:{MONTHS_EN})\b(?!,?\s\d{{4}})|"
        rf"\b(?:{MONTHS_EN})\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!,?\s\d{{4}})"
    ),
    abbreviations=re.compile(
        r"\b(?:e\.\s?g|i\.\s?e|etc|approx|incl|no|vol|vs|mr|mrs|ms|dr|prof|cf|ca|p|pp)\.|\b[A-Z]\.|(?<=\d)\.(?=\d)",
        re.IGNORECASE,
    ),
    longest_sentence=30,
    hardest=50,
)  # fmt: skip
LANGUAGES = {"sv": SWEDISH, "en": ENGLISH}
