"""The slugs of imported activities."""

import pytest

from actionplans.models import Activity, FormerPlace
from publishing.models import FormerSlug, Publication
from tests import factories
from tests.actionplans.sheets import as_file, rows, saved

pytestmark = pytest.mark.django_db


def test_new_rows_are_drafts_with_an_address_of_their_own(county):
    new = [row | {"slug": None, "title_sv": "Åker & äng", "plan": "plan-a"} for row in rows(2)]

    report, is_saved = saved(county, as_file(new), "drafts")

    assert (report.new, is_saved) == (2, True)
    assert sorted(Activity.objects.filter(plan=county.plans[0]).values_list("slug", "publication")) == [
        ("aker-ang", Publication.DRAFT),
        ("aker-ang-2", Publication.DRAFT),
    ]
    assert FormerSlug.objects.filter(slug="aker-ang-2").count() == 1
    assert FormerPlace.objects.filter(plan=county.plans[0], activity__slug="aker-ang-2").count() == 1


def test_an_address_that_still_leads_to_another_is_neither_made_nor_taken(county):
    moved = factories.make_activity(county.plans[0], slug="aker-ang")
    moved.slug = "falt"
    moved.save()
    new = {"title_sv": "Åker & äng", "plan": "plan-a"}

    _report, is_saved = saved(county, as_file([rows(1)[0] | new | {"slug": None}]))
    refused, _is_saved = saved(county, as_file([rows(1)[0] | new | {"slug": "aker-ang"}]))

    assert is_saved
    assert Activity.objects.get(title_sv="Åker & äng").slug == "aker-ang-2"
    assert [fault.column for fault in refused.faults] == ["Adress"]
