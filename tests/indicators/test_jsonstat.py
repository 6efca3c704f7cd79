"""JSON-stat 2.0: every shape gives the same cube, and inconsistent answers are refused whole."""

import copy
import json
import random
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.models import Gender
from indicators.readers import jsonstat, scb
from indicators.readers.figures import AnswerError, Figure
from indicators.readers.http import parse_json
from tests.indicators.cubes import cubes, written
from tests.indicators.servers import SELECTIONS, scb_document

AREAS = {"22": "0022", "00": "0000"}
MUTATIONS = 1000


@given(cubes(), st.booleans(), st.booleans())
def test_every_shape_gives_every_cell(cube: dict[str, Any], sparse: bool, places: bool) -> None:
    read = jsonstat.parse_cube(written(cube, sparse=sparse, places=places))

    expected = [
        (dict(zip(cube["names"], codes, strict=True)), value, mark)
        for codes, value, mark in zip(product(*cube["codes"]), cube["values"], cube["marks"], strict=True)
    ]
    assert list(read.cells()) == expected


@given(cubes(), st.randoms(use_true_random=False))
def test_places_decide_the_order_of_categories_and_not_their_writing(cube: dict[str, Any], shuffle: Any) -> None:
    document = written(cube, sparse=False, places=True)
    for dimension in document["dimension"].values():
        index = list(dimension["category"]["index"].items())
        shuffle.shuffle(index)
        dimension["category"]["index"] = dict(index)

    assert jsonstat.parse_cube(document) == jsonstat.parse_cube(written(cube, sparse=False, places=False))


def test_category_of_one_needs_no_index() -> None:
    cube = jsonstat.parse_cube(
        {"id": ["a"], "size": [1], "dimension": {"a": {"category": {"label": {"x": "X"}}}}, "value": [7]}
    )

    assert list(cube.cells()) == [({"a": "x"}, 7, None)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class": "collection"}, "det är ingen datamängd"),
        ({"version": "1.0"}, "det är inte JSON-stat 2.0"),
        ({"id": "Region"}, "dess dimensioner anges inte"),
        ({"id": ["a", "a"]}, "dess dimensioner anges inte"),
        ({"size": [2, True]}, "dess storlek är omöjlig"),
        ({"size": [10**9, 10**9]}, "dess storlek är omöjlig"),
        ({"size": [2, 1]}, "en dimension har ett annat antal kategorier än sin storlek"),
        ({"dimension": {"a": {}}}, "dess dimensioner beskrivs inte"),
        ({"value": [1, 2, 3]}, "det har ett annat antal värden än sin storlek"),
        ({"value": {"4": 1}}, "det har ett värde utanför sin storlek"),
        ({"value": {"01": 1}}, "det har ett värde utanför sin storlek"),
        ({"value": {"9" * 5000: 1}}, "det har ett värde utanför sin storlek"),
        ({"value": 1}, "det har inga värden"),
        ({"status": [1, 2, 3, 4]}, "dess statusmärken går inte att läsa"),
        ({"role": {"time": ["x"]}}, "dess roller anges inte"),
    ],
)
def test_what_does_not_hold_together_is_refused_with_a_reason(change: dict[str, Any], words: str) -> None:
    index = {"category": {"index": ["x", "y"]}}
    whole = {"id": ["a", "b"], "size": [2, 2], "dimension": {"a": index, "b": index}, "value": [1, 2, 3, 4]}

    with pytest.raises(AnswerError) as refused:
        jsonstat.parse_cube(whole | change)

    assert str(refused.value) == f"Svaret hänger inte ihop: {words}."


def test_thousand_mutated_answers_give_no_wrong_value_and_no_unforeseen_error() -> None:
    """Each is refused, or every figure of it is one of the whole answer's, or missing where a cell was taken away."""
    whole = scb_document()
    right = {one[:3]: one for one in figures(json.dumps(whole).encode())}
    random_ = random.Random(2026)  # noqa: S311 - the same mutations every time
    refused = 0
    for n in range(MUTATIONS):
        kind, body = mutated(whole, random_)
        try:
            found = figures(body)
        except AnswerError:
            refused += 1
            continue
        wrong = [one for one in found if one != right.get(one[:3]) and (one.value is not None or kind != "cell taken")]
        assert wrong == [], (n, kind)
    assert refused > MUTATIONS / 2


def figures(body: bytes) -> list[Figure]:
    cube = jsonstat.parse_cube(parse_json(body))
    scb._compare(cube, SELECTIONS)
    return scb.extract_figures(cube, AREAS, by_gender=True)


def mutated(whole: dict[str, Any], random_: random.Random) -> tuple[str, bytes]:
    """The answer with something wrong in it, or written in another of the shapes that say the same."""
    document = copy.deepcopy(whole)
    kind = random_.choice(
        ["cut", "noise", "name taken", "type", "more", "fewer", "size", "code", "cell taken", "shape"]
    )
    if kind == "cut":
        body = json.dumps(document).encode()
        return kind, body[: random_.randrange(len(body))]
    if kind == "noise":  # letters never make another number
        body = bytearray(json.dumps(document).encode())
        body[random_.randrange(len(body))] = random_.choice(b'\x00\xff{}[]"x')
        return kind, bytes(body)
    _change(document, kind, random_)
    return kind, json.dumps(document).encode()


def _change(document: dict[str, Any], kind: str, random_: random.Random) -> None:
    holder, key = random_.choice(list(_places(document)))
    dimension = document["dimension"][random_.choice(document["id"])]["category"]
    if kind == "name taken":
        del holder[key]
    elif kind == "type":
        holder[key] = random_.choice([[], {}, True, "text", [None], {"x": {}}, -1.5, 10**40])
        if isinstance(holder, list) and holder is document["value"] and isinstance(holder[key], float):
            holder[key] = "text"  # another number in a cell's place is a right answer to another question
    elif kind == "more":
        document["value"].insert(random_.randrange(60), random_.choice([0, None, 99]))
    elif kind == "fewer":
        del document["value"][random_.randrange(60)]
    elif kind == "size":
        document["size"][random_.randrange(4)] += random_.choice([-1, 1, 5])
    elif kind == "code":
        dimension["index"] = random_.choice([["x"], {"x": 0}, {"22": 1, "00": 1}, {"22": 0, "00": 2}, 7, None])
    elif kind == "cell taken":
        cells = {str(n): value for n, value in enumerate(document["value"]) if value is not None}
        del cells[random_.choice(list(cells))]
        document["value"] = cells
    else:
        document["value"] = {str(n): value for n, value in enumerate(document["value"]) if value is not None}
        document["status"] = [document["status"].get(str(n)) for n in range(60)]
        dimension.setdefault("index", ["000001"])


def _places(node: Any) -> Any:
    """Every place in the document, as what holds it and its key there."""
    for key, content in list(node.items()) if isinstance(node, dict) else list(enumerate(node)):
        yield node, key
        if isinstance(content, dict | list):
            yield from _places(content)


def test_numbers_are_kept_as_they_stand() -> None:
    assert parse_json(b"[0.1, 7, 1e2]") == [Decimal("0.1"), 7, Decimal("1e2")]


@pytest.mark.parametrize(
    "body",
    [b"", b"[1,", b"\xff", b"[NaN]", b"[-Infinity]", b'{"a": 1, "a": 2}', b"[" * 200_000, b"[1e" + b"9" * 30 + b"]"],
)
def test_what_is_not_exactly_json_is_refused(body: bytes) -> None:
    with pytest.raises(AnswerError, match=r"^Svaret är inte helt, eller inte JSON\.$"):
        parse_json(body)


def test_genders_are_those_of_the_model() -> None:
    assert set(scb.GENDERS.values()) == set(Gender)
