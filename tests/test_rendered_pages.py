"""That the comparison of rendered pages sees what a browser would show differently, and nothing else."""

import pytest

from tests.rendered_pages import normalize_page

SHOWN_ALIKE = [
    ("<ul><li>a</li></ul>", "<ul>\n  <li>\n    a\n  </li>\n</ul>"),
    ("<p>a b</p>", "<p>a\n  b</p>"),
    ("<p>a <b>c</b></p>", "<p>a <b> c</b></p>"),
    ('<p class="a b">c</p>', '<p class="a\n  b">c</p>'),
    ("<p>a <button>b</button></p>", "<p>a <button> b </button></p>"),
    (
        '<form><input type="hidden" name="a" value="b">c</form>',
        '<form> <input type="hidden" name="a" value="b"> c</form>',
    ),
    ("<p>at 10:15</p>", "<p>at 11:16</p>"),
]
SHOWN_DIFFERENTLY = [
    ("<p><a>a</a><a>b</a></p>", "<p><a>a</a> <a>b</a></p>"),
    ("<p><a>a</a>.</p>", "<p><a>a</a> .</p>"),
    ("<p>a<button>b</button></p>", "<p>a <button>b</button></p>"),
    ("<pre>a\nb</pre>", "<pre>a b</pre>"),
    ("<textarea>a</textarea>", "<textarea> a</textarea>"),
    ('<a href="/a/">a</a>', '<a href="/b/">a</a>'),
    ("<p>a</p>", "<p>b</p>"),
]


@pytest.mark.parametrize(("one", "other"), SHOWN_ALIKE)
def test_what_is_shown_alike_is_equal(one, other):
    assert normalize_page(one) == normalize_page(other)


@pytest.mark.parametrize(("one", "other"), SHOWN_DIFFERENTLY)
def test_what_is_shown_differently_differs(one, other):
    assert normalize_page(one) != normalize_page(other)
