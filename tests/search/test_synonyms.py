import pytest

from accounts.roles import Role
from search.models import SynonymGroup
from search.query_parser import Question
from search.synonyms import make_key, read_groups, split_lines
from tests import factories

ADD = "/admin/search/synonymgroup/add/"
RUS = ("RUS", "regional utvecklingsstrategi")


def test_lines_are_tidied() -> None:
    assert split_lines(" RUS \r\n\r\n regional   utvecklingsstrategi\n") == RUS


def test_an_abbreviation_is_asked_for_as_all_its_words() -> None:
    question = Question.parse("rus", [RUS])

    assert question.marks("utvecklingsstrategin", "sv")
    assert [(term.words, term.others) for term in question.terms] == [(("rus",), ("regional utvecklingsstrategi",))]


def test_words_together_are_asked_for_as_their_abbreviation() -> None:
    question = Question.parse("den regionala utvecklingsstrategins mål", [RUS])

    assert [(term.words, term.others) for term in question.terms] == [
        (("regionala", "utvecklingsstrategins"), ("RUS",)),
        (("mål",), ()),
    ]


def test_one_of_the_words_alone_is_no_synonym() -> None:
    question = Question.parse("regional", [RUS])

    assert [term.others for term in question.terms] == [()]


def test_the_longest_phrase_that_is_known_is_taken() -> None:
    question = Question.parse("regional utvecklingsstrategi", [("regional", "läns"), RUS])

    assert [term.others for term in question.terms] == [("RUS",)]


def test_words_in_quotes_mean_just_these() -> None:
    question = Question.parse('"regional utvecklingsstrategi"', [RUS])

    assert [term.others for term in question.terms] == [()]


def test_phrases_with_the_same_words_have_the_same_key() -> None:
    assert make_key("Regionala utvecklingsstrategin") == make_key("den regionala utvecklingsstrategin")
    assert make_key("RUS") != make_key("regional")


@pytest.mark.django_db
def test_groups_are_read_by_one_query(django_assert_num_queries) -> None:
    factories.make_synonyms("turism", "besöksnäring")
    factories.make_synonyms(*RUS)

    with django_assert_num_queries(1):
        found = read_groups()

    assert found == [RUS, ("turism", "besöksnäring")]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_editors_add_a_group(log_in, role) -> None:
    response = log_in(role).post(ADD, {"words": "RUS\r\nregional utvecklingsstrategi\r\n"})

    assert response.status_code == 302
    assert [group.words for group in SynonymGroup.objects.all()] == ["RUS\nregional utvecklingsstrategi"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST])
def test_others_add_none(log_in, role) -> None:
    response = log_in(role).post(ADD, {"words": "RUS\nregional utvecklingsstrategi"})

    assert (response.status_code, SynonymGroup.objects.count()) == (403, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("RUS", "one"),
        ("RUS\n \n", "one"),
        ("mål\nmålen", "twice"),
        ("turism\nhfp", "elsewhere"),
        ("turism\n!!!", "empty"),
        (f"turism\n{'x' * 101}", "long"),
        ("\n".join(f"ord{number}" for number in range(21)), "many"),
    ],
)
def test_a_group_that_says_nothing_new_is_refused_and_kept_in_the_form(log_in, words, code) -> None:
    factories.make_synonyms("HFP", "havs- och fiskeriprogrammet")

    response = log_in(Role.COORDINATOR).post(ADD, {"words": words})

    form = response.context["adminform"].form
    assert [error.code for error in form.errors["words"].as_data()] == [code]
    assert form["words"].value() == words
    assert SynonymGroup.objects.count() == 1


@pytest.mark.django_db
def test_a_group_is_not_a_duplicate_of_itself(log_in) -> None:
    group = factories.make_synonyms(*RUS)

    response = log_in(Role.COORDINATOR).post(
        f"/admin/search/synonymgroup/{group.pk}/change/", {"words": "RUS\nregional utvecklingsstrategi\nstrategin"}
    )

    group.refresh_from_db()
    assert (response.status_code, group.words) == (302, "RUS\nregional utvecklingsstrategi\nstrategin")
