"""JSON-stat 2.0 datasets, in each shape that the format allows (https://json-stat.org/full/).

`value` is an array in row-major order or an object of the non-empty cells; `status` is either of these or one text
for all; `category.index` is an array of codes or an object of their positions.
"""

import math
import re
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple, TypeGuard

from django.utils.translation import gettext as _

from indicators.readers.figures import AnswerError

CELLS_AT_MOST = 150_000
DIMENSIONS_AT_MOST = 20
PLACE = re.compile(r"0|[1-9][0-9]{0,5}")


class Dimension(NamedTuple):
    """A dimension of a cube, with the codes of its categories in their order."""

    name: str
    codes: tuple[str, ...]


class Cube(NamedTuple):
    """A dataset as plain lists: `values` and `statuses` hold every cell in row-major order."""

    dimensions: tuple[Dimension, ...]
    roles: dict[str, tuple[str, ...]]
    values: tuple[Any, ...]
    statuses: tuple[str | None, ...]

    def cells(self) -> Iterator[tuple[dict[str, str], Any, str | None]]:
        """Yield every cell, with its code in each dimension."""
        names = [dimension.name for dimension in self.dimensions]
        places = product(*(dimension.codes for dimension in self.dimensions))
        for codes, value, status in zip(places, self.values, self.statuses, strict=True):
            yield dict(zip(names, codes, strict=True)), value, status


def parse_cube(document: Any) -> Cube:
    """Return the cube of a dataset. Raise `AnswerError` if it is inconsistent."""
    if not isinstance(document, dict) or document.get("class", "dataset") != "dataset":
        raise _broken(_("it is not a dataset"))
    if document.get("version", "2.0") != "2.0":
        raise _broken(_("it is not JSON-stat 2.0"))
    names: Any = document.get("id")
    sizes: Any = document.get("size")
    if not _are_names(names) or not isinstance(sizes, list) or len(sizes) != len(names):
        raise _broken(_("its dimensions are not listed"))
    fit = len(sizes) <= DIMENSIONS_AT_MOST and all(_is_count(size) and size <= CELLS_AT_MOST for size in sizes)
    if not fit or not 0 < math.prod(sizes) <= CELLS_AT_MOST:
        raise _broken(_("its size is impossible"))
    described = document.get("dimension")
    if not isinstance(described, dict) or set(described) != set(names):
        raise _broken(_("its dimensions are not described"))
    dimensions = tuple(Dimension(n, _codes(described[n], size)) for n, size in zip(names, sizes, strict=True))
    cells = math.prod(sizes)
    return Cube(dimensions, _roles(document.get("role"), names), _values(document.get("value"), cells),
                _statuses(document.get("status"), cells))  # fmt: skip


def _codes(dimension: Any, size: int) -> tuple[str, ...]:
    """Return the codes in order, from an array, an object of positions, or the only label."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _broken(_("a dimension has no categories"))
    index: Any = category.get("index")
    if index is None and size == 1 and isinstance(category.get("label"), dict):
        index = list(category["label"])
    if isinstance(index, dict):
        if not all(_is_count(place) for place in index.values()) or sorted(index.values()) != list(range(len(index))):
            raise _broken(_("the order of a dimension's categories is impossible"))
        index = sorted(index, key=index.__getitem__)
    if not _are_names(index) or len(index) != size:
        raise _broken(_("the number of categories in a dimension does not match its size"))
    return tuple(index)


def _roles(role: Any, names: list[str]) -> dict[str, tuple[str, ...]]:
    if role is None:
        return {}
    if not isinstance(role, dict):
        raise _broken(_("its roles are not given"))
    for played in role.values():
        if not _are_names(played) or not set(played) <= set(names):
            raise _broken(_("its roles are not given"))
    return {name: tuple(played) for name, played in role.items()}


def _values(value: Any, cells: int) -> tuple[Any, ...]:
    if isinstance(value, list):
        if len(value) != cells:
            raise _broken(_("the number of values does not match its size"))
        return tuple(value)
    if isinstance(value, dict):
        return _from_sparse(value, cells)
    raise _broken(_("it has no values"))


def _statuses(status: Any, cells: int) -> tuple[str | None, ...]:
    if status is None or isinstance(status, str):
        return (status,) * cells
    if isinstance(status, list) and len(status) == 1:
        status = status * cells
    found = (
        _from_sparse(status, cells) if isinstance(status, dict) else tuple(status) if _is_list(status, cells) else None
    )
    if found is None or not all(mark is None or isinstance(mark, str) for mark in found):
        raise _broken(_("its status codes cannot be read"))
    return found


def _from_sparse(given: dict[str, Any], cells: int) -> tuple[Any, ...]:
    filled: list[Any] = [None] * cells
    for key, content in given.items():
        if not PLACE.fullmatch(key) or int(key) >= cells:
            raise _broken(_("it has a value outside its size"))
        filled[int(key)] = content
    return tuple(filled)


def _is_list(given: Any, length: int) -> bool:
    return isinstance(given, list) and len(given) == length


def _are_names(given: Any) -> TypeGuard[list[str]]:
    return isinstance(given, list) and all(isinstance(name, str) for name in given) and len(set(given)) == len(given)


def _is_count(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and given >= 0


def _broken(what: str) -> AnswerError:
    return AnswerError(_("The response is not valid: %(what)s.") % {"what": what})
