"""That the gates of our own making can fail."""

import pytest

from tests import gates

INLINE_CODE = [
    '<p style="color: red">',
    "<style>",
    "<script>alert(1)</script>",
    '<button type="button" onclick="go()">',
    '<a href="javascript:go()">',
]
ALLOWED_CODE = [
    '<script src="{% static "js/site.js" %}" defer></script>',
    '<link rel="stylesheet" href="/x.css">',
    '<p class="style" data-on="1">',
    '<style nonce="{{ request.csp_nonce }}">',
]

LAID_OUT = """\
{% block content %}
  <ul>
    {% for one in all %}
      <li><a href="{{ one.url }}"
          lang="sv">{% if one.words %}{{ one.words }}{% else %}–{% endif %}</a></li>
    {% empty %}
      <li>{% spaceless %}
        {% blocktranslate trimmed %}
          Nothing.
        {% endblocktranslate %}
      {% endspaceless %}</li>
    {% endfor %}
  </ul>
{% endblock content %}
"""
NOT_LAID_OUT = {
    "{% if a %}\nb\n{% endif %}": "2: not indented inside if",
    "<ul>\n<li>a</li>\n</ul>": "2: not indented inside ul",
    "  <ul>\n    <li>a</li>\n</ul>": "3: </ul> is indented by 0, what it belongs to by 2",
    "{% for a in b %}\n  c\n  {% endfor %}": "3: {% endfor %} is indented by 2, what it belongs to by 0",
    "{% if a %}\n  b\n  {% else %}\n  c\n{% endif %}": "3: {% else %} is indented by 2, what it belongs to by 0",
    f"<p>{'a' * 154}</p>": "1: 161 characters, more than 160",
    "{% blocktranslate with a=b %}\n  c\n{% endblocktranslate %}": (
        "1: blocktranslate over several lines is not trimmed: its message would hold the indentation"
    ),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project for the gates to look at."""
    monkeypatch.setattr(gates, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", INLINE_CODE)
def test_inline_script_or_style_is_found(project, line):
    (project / "page.html").write_text(f"{{# comment #}}\n{line}\n")

    assert gates.no_inline_script_or_style() == [f"page.html:2: {line}"]


@pytest.mark.parametrize("line", ALLOWED_CODE)
def test_linked_script_and_style_pass(project, line):
    (project / "page.html").write_text(line)

    assert gates.no_inline_script_or_style() == []


def test_a_long_function_and_a_long_file_are_found(project, capsys):
    (project / "long.py").write_text("def long():\n" + "    pass\n" * 60 + "x = 1\n" * 400)

    assert gates.files_and_functions_are_short() == [
        "long.py: 461 lines, more than 400",
        "long.py: long has 61 lines, more than 60",
    ]


def test_a_gerund_and_a_function_of_one_word_are_found(project):
    (project / "reading.py").write_text(
        "def held():\n    pass\n\ndef read_pages():\n    pass\n\ndef _held():\n    pass\n"
    )
    (project / "ranking.py").write_text("def main():\n    pass\n")

    assert gates.names_are_words_of_the_field() == [
        "reading.py: a module is a noun of the field",
        "reading.py: held is one word; say what it does with what, or in ONE_WORD why not",
    ]


def test_an_indented_template_passes(project):
    (project / "page.html").write_text(LAID_OUT)

    assert gates.templates_are_indented() == []


@pytest.mark.parametrize(("source", "fault"), NOT_LAID_OUT.items())
def test_a_template_that_is_not_laid_out_is_found(project, source, fault):
    (project / "page.html").write_text(source)

    assert gates.templates_are_indented() == [f"page.html:{fault}"]


def test_what_a_failing_program_says_is_told():
    assert gates._run("sh", "-c", "echo first; echo; echo second; exit 3") == ["first", "second"]
    assert gates._run("sh", "-c", "exit 3") == ["exit code 3"]
    assert gates._run("sh", "-c", "echo fine") == []


@pytest.mark.parametrize(("require_all", "result"), [("", "skipped"), ("1", "FAILED")])
def test_a_missing_program_is_a_failure_only_when_all_is_required(monkeypatch, require_all, result):
    monkeypatch.setenv("REQUIRE_ALL", require_all)

    def gate():
        raise gates.Missing("xgettext is missing")

    assert gates._result(gate) == (result, ["xgettext is missing"])
