import pytest

from search.asking import Question
from search.finding import find
from search.indexing import index_due
from tests import factories

pytestmark = pytest.mark.django_db


def test_find_smoke():
    factories.make_news(title="Bredband i inlandet")
    document = factories.make_document(title="Om fiber", summary="Text")
    version = document.versions.get()
    version.texts.create(number=1, text="Här står inget")
    version.texts.create(number=2, text="Här står bredband i glesbygd")
    assert index_due() > 0
    assert index_due() == 0
    found = find(Question.parse("bredband"), "sv")
    print(found)
    assert [h.entry.title for h in found.hits] == ["Bredband i inlandet", "Om fiber"]
    found = find(Question.parse('"bredband i glesbygd"'), "sv")
    print(found)
    assert [h.entry.title for h in found.hits] == ["Om fiber"]
