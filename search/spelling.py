"""What a misspelt question may have meant."""

from collections.abc import Callable

from search.asking import Question

IsPublic = Callable[[list[str]], set[str]]
"""Which of these lexemes something holds that may be shown now."""


def meant(question: Question, is_public: IsPublic) -> str | None:  # noqa: ARG001
    """The question with misspelt words mended, or None."""
    return None
