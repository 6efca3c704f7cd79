"""JSON-stat cubes for tests: generated, and written in each shape that the format allows."""

from itertools import product
from typing import Any

from hypothesis import strategies as st

MARKS = st.sampled_from([None, "p", ".."])
AMOUNTS = st.none() | st.integers(-(10**6), 10**6) | st.decimals(-(10**6), 10**6, places=2)
CODES = st.text("abcdefghåäö0123456789+", min_size=1, max_size=5)


@st.composite
def cubes(draw: Any) -> dict[str, Any]:
    """A plain description: names, the codes of each, and a value and a mark for every cell."""
    names = draw(st.lists(CODES, min_size=1, max_size=4, unique=True))
    codes = [draw(st.lists(CODES, min_size=1, max_size=4, unique=True)) for _name in names]
    cells = len(list(product(*codes)))
    values = draw(st.lists(AMOUNTS, min_size=cells, max_size=cells))
    marks = draw(st.lists(MARKS, min_size=cells, max_size=cells))
    return {"names": names, "codes": codes, "values": values, "marks": marks}


def written(cube: dict[str, Any], *, sparse: bool, places: bool) -> dict[str, Any]:
    """The cube as JSON-stat: values as an array or a sparse object, categories as an array or their places."""
    return {
        "version": "2.0",
        "class": "dataset",
        "id": cube["names"],
        "size": [len(codes) for codes in cube["codes"]],
        "dimension": {
            name: {"category": {"index": {code: n for n, code in enumerate(codes)} if places else list(codes)}}
            for name, codes in zip(cube["names"], cube["codes"], strict=True)
        },
        "value": _filled(cube["values"]) if sparse else list(cube["values"]),
        "status": _filled(cube["marks"]) if sparse else list(cube["marks"]),
    }


def _filled(cells: list[Any]) -> dict[str, Any]:
    return {str(place): cell for place, cell in enumerate(cells) if cell is not None}
