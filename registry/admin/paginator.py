"""A paginator whose last page is as fast as its first."""

from typing import Any

from django.core.paginator import Page, Paginator


class DeepPaginator(Paginator):
    """Selects the keys of a page first, then its rows.

    Otherwise the annotations of the list would be computed for all rows on the pages before, too.
    """

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self.object_list.values("pk")[start : start + self.per_page]
        return self._get_page(self.object_list.filter(pk__in=keys), number, self)
