"""Which way imports, foreign keys and the use of templates run, and what no module is called."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

# Contacts stands below documents, news and what follows: whoever is responsible for a document, a plan or an
# activity is a member of the staff. Apps of one rank do not import each other.
RANKS = [
    {"jobs", "language", "visitors"},
    {"files"},
    {"mailroom"},
    {"registry", "publishing"},
    {"contacts"},
    {"documents", "news"},
    {"strategy"},
    {"indicators"},
    {"actionplans"},
    {"funding", "followup"},
    {"search", "accounts"},
    {"rus_portal"},
]
RANK = {app: rank for rank, names in enumerate(RANKS) for app in names}
# Inside an app: what stands further down may import what stands further up. Other modules stand where they like.
LAYERS = [{"models", "querysets"}, {"services"}, {"forms"}, {"admin", "views"}, {"urls"}]
LAYER = {module: layer for layer, modules in enumerate(LAYERS) for module in modules}
LIBRARIES = {
    path.stem: app
    for app in RANK
    for path in (settings.BASE_DIR / app / "templatetags").glob("*.py")
    if path.stem != "portal_tags"
}
"""The libraries of tags; `portal_tags` is for every app."""
NAMES_THAT_SAY_NOTHING = {"utils", "util", "core", "common", "helpers", "helper", "misc", "tools"}


def list_modules(app: str) -> list[Path]:
    folder = settings.BASE_DIR / app
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def layer_of(app: str, path: Path) -> str:
    """The module of the app, or the package there, that a file belongs to: `services` for services/answers.py."""
    return path.relative_to(settings.BASE_DIR / app).parts[0].removesuffix(".py")


def imported_names(source: str) -> Iterator[str]:
    """Every module that the code imports, inside functions too, as dotted names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "." * node.level  # refused below: it would slip past the comparison of names
            else:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def upward_imports(app: str, source: str) -> list[str]:
    """Imports from an app of the same or a higher rank."""
    found = []
    for name in imported_names(source):
        other = name.split(".")[0]
        if name.startswith(".") or (other in RANK and other != app and RANK[other] >= RANK[app]):
            found.append(name)
    return found


def backward_imports(app: str, layer: str, source: str) -> list[str]:
    """Imports, inside an app, from a layer that builds on this one."""
    own = LAYER.get(layer, len(LAYERS))
    found = []
    for name in imported_names(source):
        other, *parts = name.split(".")
        if other == app and LAYER.get(parts[0] if parts else "", -1) > own:
            found.append(name)
    return found


@pytest.mark.parametrize("app", sorted(RANK))
def test_an_app_imports_only_lower_apps(app):
    found = {str(path): upward_imports(app, path.read_text()) for path in list_modules(app)}

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("app", sorted(RANK))
def test_layers_inside_an_app_build_on_each_other(app):
    found = {str(path): backward_imports(app, layer_of(app, path), path.read_text()) for path in list_modules(app)}

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("app", "source"),
    [
        ("registry", "import contacts"),
        ("registry", "from contacts.models import StaffMember"),
        ("registry", "def late():\n    from accounts.roles import Role"),
        ("registry", "import publishing.models"),  # the same rank
        ("mailroom", "if True:\n    import registry.models as r"),
        ("strategy", "from ..actionplans import models"),
    ],
)
def test_the_check_of_apps_finds_an_upward_import(app, source):
    assert len(upward_imports(app, source)) == 1


@pytest.mark.parametrize(
    "source", ["from mailroom import outbox", "import registry.models", "import json", "from publishing import models"]
)
def test_the_check_of_apps_lets_a_downward_import_pass(source):
    assert upward_imports("contacts", source) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models.py", "from news import views"),
        ("models/items.py", "def late():\n    from news.forms import NewsForm"),
        ("services/feeds/writer.py", "import news.admin"),
        ("services.py", "from news.views.items import item_page"),
        ("forms.py", "from news.urls import urlpatterns"),
    ],
)
def test_the_check_of_layers_finds_a_backward_import_in_a_module_and_in_a_package(path, source):
    layer = layer_of("news", settings.BASE_DIR / "news" / path)

    assert len(backward_imports("news", layer, source)) == 1


def test_the_check_of_layers_lets_a_forward_import_pass():
    assert backward_imports("news", "views", "from news.models import NewsItem\nfrom news import forms") == []


def find_cycle(sources: dict[str, str]) -> list[str]:
    """The names of modules that import each other in a circle, inside functions too; empty if there is none."""
    graph: dict[str, set[str]] = {name: set() for name in sources}
    for name, source in sources.items():
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                node.body = [ast.Pass()]
        for imported in imported_names(ast.unparse(tree)):
            module = imported if imported in sources else imported.rpartition(".")[0]
            if module in sources and module != name:
                graph[name].add(module)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other():
    sources = {
        ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts).removesuffix(".__init__"): path.read_text()
        for app in RANK
        for path in list_modules(app)
    }

    assert find_cycle(sources) == []


@pytest.mark.parametrize(
    ("one", "other", "is_circle"),
    [
        ("from news.other import x", "def late():\n    import news.one", True),
        ("from news import other", "from news import one", True),
        ("from news import other", "if TYPE_CHECKING:\n    from news.one import One", False),
        ("from news import other", "import json", False),
    ],
)
def test_the_check_of_cycles_finds_modules_that_import_each_other(one, other, is_circle):
    assert bool(find_cycle({"news.one": one, "news.other": other})) is is_circle


def app_of_template(name: str) -> str:
    """The app that a template belongs to. What every app may use may use none; the rest is the site's own."""
    folder = name.removeprefix("admin/").split("/")[0]
    if name.startswith("includes/"):
        return "language"
    return folder if folder in RANK else "rus_portal"


def is_shared(name: str) -> bool:
    """Whether templates of every app may use it: the frame of all pages, and that of the admin."""
    return name == "base.html" or name.startswith("includes/") or bool(re.fullmatch(r"admin/\w+\.html", name))


def find_template_uses(source: str) -> Iterator[tuple[str, str]]:
    """Every template that the source of another one, or of a module, names; every library of tags that it loads."""
    for name in re.findall(r"""["']([\w/-]+\.(?:html|txt|xml))["']""", source):
        if (settings.BASE_DIR / "templates" / name).exists() and not is_shared(name):
            yield name, app_of_template(name)
    for names in re.findall(r"{%\s*load ([^%]+?)\s*%}", source):
        for name in names.split():
            if name in LIBRARIES:
                yield name, LIBRARIES[name]


def upward_templates(app: str, source: str) -> list[str]:
    """Templates and libraries of tags from an app of the same or a higher rank."""
    return [name for name, other in find_template_uses(source) if other != app and RANK[other] >= RANK[app]]


def list_uses_of_templates() -> Iterator[tuple[str, str, str]]:
    """The app, the path and the source of all that uses templates."""
    root = settings.BASE_DIR / "templates"
    for path in sorted(root.rglob("*.*")):
        name = str(path.relative_to(root))
        yield app_of_template(name), name, path.read_text()
    for app in RANK:
        for path in list_modules(app):
            yield app, str(path), path.read_text()


def test_no_template_of_a_higher_app_is_used():
    found = {name: upward_templates(app, source) for app, name, source in list_uses_of_templates()}

    assert {name: uses for name, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("strategy/goal.html", '{% include "indicators/goal_indicators.html" %}'),
        ("strategy/goal.html", "{% extends 'pages/start.html' %}"),
        ("includes/menu.html", "{% if x %}{% include \"search/row.html\" with kind='x' %}{% endif %}"),
        ("documents/list.html", '{% include "news/rows.html" %}'),  # the same rank
        ("admin/strategy/adopt.html", "{% load i18n delivery %}"),
        ("strategy/views.py", 'return render(request, "pages/goal.html", context)'),
    ],
)
def test_the_check_of_templates_finds_what_leads_upward(name, source):
    app = "strategy" if name.endswith(".py") else app_of_template(name)

    assert len(upward_templates(app, source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "base.html" %}{% load i18n portal_tags outcomes %}{% include "includes/menu.html" %}',
        '{% include "documents/links.html" %}{% include "strategy/own.html" %}',
        '{% extends "admin/change_form.html" %}',
    ],
)
def test_the_check_of_templates_lets_what_leads_downward_pass(source):
    assert upward_templates("indicators", source) == []


def test_no_foreign_key_leads_upward():
    upward = [
        str(field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created and field.is_relation and field.related_model
        for here, there in [(model._meta.app_label, field.related_model._meta.app_label)]
        if here in RANK and there in RANK and here != there and RANK[there] >= RANK[here]
    ]

    assert upward == []


def test_every_app_has_a_rank():
    names = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {"tests"}

    assert names == set(RANK)
    assert {name for name in names if apps.is_installed(name)} == names


def test_no_module_has_a_name_that_says_nothing():
    names = {path.stem for app in RANK for path in (settings.BASE_DIR / app).rglob("*") if path.suffix in {".py", ""}}

    assert names & NAMES_THAT_SAY_NOTHING == set()
