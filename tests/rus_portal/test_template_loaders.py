"""Templates lose their indentation when they are loaded, and nothing else."""

import pytest
from django.template.loader import get_template, render_to_string

from rus_portal.template_loaders import remove_layout


def test_spaces_at_the_beginning_of_lines_and_empty_lines_are_removed():
    assert remove_layout("<ul>\n  <li>\n    a  b\n  </li>\n\n\t</ul>") == "<ul>\n<li>\na  b\n</li>\n</ul>"


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("a\n{% if x %}\nb\n{% else %}\nc\n{% endif %}\nd", "a\n{% if x %}b\n{% else %}c\n{% endif %}d"),
        ("a\n{% for x in y %}\n{% with z=x %}\nb\n", "a\n{% for x in y %}{% with z=x %}b\n"),
        ("a\n{% url 'start' as address %}\nb", "a\n{% url 'start' as address %}b"),
        ("a\n{% url 'start' %}\nb", "a\n{% url 'start' %}\nb"),
        ("a\n{% if x %}b{% endif %}\nc", "a\n{% if x %}b{% endif %}\nc"),
        ("a\n{% blocktranslate trimmed %}\nb\n{% endblocktranslate %}\nc", None),
        ("a\n{% spaceless %}\n<b>b</b>\n{% endspaceless %}\nc", None),
        ("a {% if x %}\nb", None),
        ("<pre>\n{% if x %}\nb</pre>", None),
    ],
)
def test_lines_of_tags_that_write_nothing_are_removed_and_words_stay_apart(source, left):
    assert remove_layout(source) == (left or source)


@pytest.mark.parametrize("element", ["pre", "textarea", "script", "style", "PRE"])
def test_what_is_verbatim_keeps_its_spaces(element):
    verbatim = f"<{element} id='x'>\n  a\n    b\n</{element}>"

    assert remove_layout(f"<div>\n  {verbatim}\n  <p>\n    c\n  </p>") == f"<div>\n{verbatim}\n<p>\nc\n</p>"


def test_only_html_templates_of_the_project_are_changed(settings, tmp_path):
    for name in ("page.html", "letter.txt"):
        (tmp_path / name).write_text("a\n  b")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    assert [render_to_string(name) for name in ("page.html", "letter.txt")] == ["a\nb", "a\n  b"]
    assert "\n  " in get_template("admin/app_list.html").template.source
