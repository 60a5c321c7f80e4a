"""Every page gets what its template uses and nothing else; no template holds what the CSP forbids."""

import dataclasses
import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Template, Variable
from django.template.base import FilterExpression, Node, NodeList
from django.template.defaulttags import ForNode, WithNode
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

import corrigenda

ROOT = Path(corrigenda.__file__).parent
TEMPLATES = ROOT / "templates"

GIVEN = frozenset(
    {
        "request",
        "user",
        "perms",
        "messages",
        "csrf_token",
        "LANGUAGES",
        "LANGUAGE_CODE",
        "LANGUAGE_BIDI",
        "next_address",
    }
    | {"TIME_ZONE", "block", "forloop", "True", "False", "None"}
)
"""What the context processors and Django's own tags give to every page."""


def _page_classes() -> list[type]:
    found = []
    for room in pkgutil.iter_modules([str(ROOT)]):
        name = f"corrigenda.{room.name}.pages"
        if not room.ispkg or importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        for _, page in inspect.getmembers(module, inspect.isclass):
            if page.__module__ == name and dataclasses.is_dataclass(page) and hasattr(page, "template"):
                found.append(page)
    return found


def _expressions(node: object) -> Iterator[FilterExpression | Variable]:
    """Yield every expression that a node holds, however deep: in lists, in operators, in Django's objects."""
    waiting, seen = list(vars(node).values()), set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, FilterExpression | Variable):
            yield value
        elif isinstance(value, Node | NodeList | Template | str) or id(value) in seen:
            continue
        elif isinstance(value, list | tuple | set):
            seen.add(id(value))
            waiting.extend(value)
        elif isinstance(value, dict):
            seen.add(id(value))
            waiting.extend(value.values())
        elif type(value).__module__.startswith("django.template") and hasattr(value, "__dict__"):
            seen.add(id(value))
            waiting.extend(vars(value).values())


def _names(expression: FilterExpression | Variable) -> set[str]:
    if isinstance(expression, Variable):
        return {expression.lookups[0]} if expression.lookups else set()
    names = _names(expression.var) if isinstance(expression.var, Variable) else set()
    for _, arguments in expression.filters:
        for is_variable, argument in arguments:
            if is_variable:
                names |= _names(argument)
    return names


def _bound(node: Node) -> set[str]:
    """Return the names that a node makes for what stands inside of it or after it."""
    if isinstance(node, ForNode):
        return set(node.loopvars)
    if isinstance(node, WithNode | IncludeNode):
        return set(node.extra_context)
    made = {getattr(node, name, None) for name in ("asvar", "varname", "variable", "var_name")}
    made |= {getattr(node, name, None) for name in ("target_var",)}
    made |= set(getattr(node, "extra_context", None) or ())
    return {name for name in made if isinstance(name, str)}


def _used(nodes: NodeList, bound: frozenset[str]) -> set[str]:
    """Return the names that nodes take from the page's context."""
    used: set[str] = set()
    for node in nodes:
        for expression in _expressions(node):
            used |= _names(expression) - bound
        inside = bound | _bound(node)
        if isinstance(node, IncludeNode):
            used |= _used(_nodes_of(_constant(node.template)), inside)
        if isinstance(node, ExtendsNode):
            used |= _used(_nodes_of(_constant(node.parent_name)), bound)
        for name in node.child_nodelists:
            used |= _used(getattr(node, name, None) or NodeList(), inside)
        if not isinstance(node, ForNode | WithNode | IncludeNode):
            bound = frozenset(inside)
    return used


def _constant(name: object) -> str:
    """Return the name of another template, which stands in quotes throughout."""
    assert isinstance(name, FilterExpression)
    assert isinstance(name.var, str)
    return name.var


def _nodes_of(name: str) -> NodeList:
    template: Template = get_template(name).template  # type: ignore[attr-defined]  # the backend's wrapper
    return template.nodelist


def _used_by(page: type) -> set[str]:
    return _used(_nodes_of(page.template), GIVEN)  # type: ignore[attr-defined]  # found by this attribute


@pytest.mark.parametrize("page", _page_classes(), ids=lambda page: f"{page.__module__}.{page.__name__}")
def test_a_page_gives_its_template_what_it_uses(page: type) -> None:
    fields = {field.name for field in dataclasses.fields(page)}
    assert _used_by(page) == fields


def test_the_walk_finds_every_kind_of_use() -> None:
    source = """{% load i18n %}{% if a and b.c %}{{ d|default:e }}{% for x in f %}{{ x.y }}{{ forloop.last }}
    {% endfor %}
    {% endif %}{% with z=g %}{{ z }}{% endwith %}{% url "web:site" h.slug as link %}{{ link }}
    {% blocktranslate with n=i %}{{ n }}{% endblocktranslate %}{% translate "one" as two %}{{ two }}{{ x }}
    {% include "web/log_links.html" with sites=j %}"""
    assert _used(Template(source).nodelist, GIVEN) == {*"abdefghijx"}


def test_there_are_pages() -> None:
    assert {"HomePage", "SitePage", "ReportPage"} <= {page.__name__ for page in _page_classes()}


class _Forbidden(HTMLParser):
    """Collects what a strict Content-Security-Policy would refuse, and what htmx would evaluate."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [name for name in names if re.match(r"on|style$|hx-on|hx-vars", name)]
        self.found += [value for _, value in attrs if value and re.match(r"\s*(javascript|js):", value)]


def _inline(source: str) -> list[str]:
    parser = _Forbidden()
    # Tags are taken out, so that one inside of an attribute does not hide the attributes after it.
    parser.feed(re.sub(r"\{[%#].*?[%#]\}", " ", source, flags=re.DOTALL))
    parser.close()
    return parser.found


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_no_template_holds_inline_script_or_style(path: Path) -> None:
    source = path.read_text("utf-8")
    assert _inline(source) == []
    assert "|safe" not in source
    assert "autoescape off" not in source


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        "<style>a{}</style>",
        '<p {% if a %}class="b"{% endif %} onclick="x()">',
        '<p style="color:red">',
        '<a href="javascript:x()">',
        '<p hx-on:click="x()">',
        """<p hx-vals='js:{a: b()}'>""",
    ],
)
def test_planted_violations_are_seen(planted: str) -> None:
    assert _inline(planted)
