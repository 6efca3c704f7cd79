"""Functions of the database that the search asks by models, among them those of migration 0002."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Func, Value
from django.db.models.functions import Cast


class Headed(Func):
    """The keys of the entries in a language of the site whose headings match a tsquery."""

    template = "(SELECT search_headed(%(expressions)s))"


class IsHeld(Func):
    """Whether anything in the index holds the words of a tsquery."""

    template = "EXISTS (SELECT search_holding((%(expressions)s)::tsquery))"
    output_field = BooleanField()


class JoinedVectors(Func):
    """Vectors, given as literals, one after the other: what is in them is found in any of them."""

    arg_joiner = " || "
    template = "%(expressions)s"
    output_field = SearchVectorField()

    def __init__(self, *vectors: str) -> None:
        super().__init__(*(Cast(Value(vector), SearchVectorField()) for vector in vectors))


class Matches(Func):
    """Whether a vector matches a tsquery."""

    arg_joiner = " @@ "
    template = "%(expressions)s::tsquery"
    output_field = BooleanField()


class StartsWith(Func):
    """Whether a text begins with another."""

    function = "starts_with"
    output_field = BooleanField()
