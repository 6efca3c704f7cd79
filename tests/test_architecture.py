"""Which way imports and foreign keys run, and what no module is called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

# Contacts stands below documents, news and what follows: whoever is responsible for a document, a plan or an
# activity is a member of the staff. Apps of one rank do not import each other.
RANKS = [
    {"jobs", "language"},
    {"files"},
    {"mailroom"},
    {"registry", "publishing"},
    {"contacts"},
    {"documents", "news"},
    {"strategy"},
    {"indicators"},
    {"actionplans"},
    {"funding", "followup"},
    {"search"},
    {"rus_portal"},
]
RANK = {app: rank for rank, names in enumerate(RANKS) for app in names}
# Inside an app: what stands further down may import what stands further up. Other modules stand where they like.
LAYERS = [{"models", "querysets"}, {"services"}, {"forms"}, {"admin", "views"}, {"urls"}]
LAYER = {module: layer for layer, modules in enumerate(LAYERS) for module in modules}
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
        ("registry", "def late():\n    from rus_portal.roles import Role"),
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
    assert {name for name in names if apps.is_installed(name)} == names - {"jobs"}  # which has no models


def test_no_module_has_a_name_that_says_nothing():
    names = {path.stem for app in RANK for path in (settings.BASE_DIR / app).rglob("*") if path.suffix in {".py", ""}}

    assert names & NAMES_THAT_SAY_NOTHING == set()
