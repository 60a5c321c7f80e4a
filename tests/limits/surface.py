"""Finds in the code itself what reads a stranger's bytes, so that the table of it cannot fall behind."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec
from django.conf import settings
from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

import corrigenda
from corrigenda import passage
from corrigenda.config.api import document

SIGNED_IN: Final = ("desk/", "accounts/logout/", "accounts/password/")
"""Where the addresses begin that ask for sign-in; `test_table.py` asks each of them without."""

FUNCTIONS: Final = (
    "corrigenda.accounts.agents",
    "corrigenda.connectors.addresses",
    "corrigenda.connectors.article",
    "corrigenda.connectors.fetch",
    "corrigenda.connectors.recipients",
    "corrigenda.connectors.reply_address",
    "corrigenda.report.drafts",
    "corrigenda.report.spam.challenge",
    "corrigenda.report.spam.doubts",
    "corrigenda.report.spam.seals",
    "corrigenda.report.wire",
    "corrigenda.disclose.known_wire",
    "corrigenda.web.browsers",
    "corrigenda.web.cors",
    "corrigenda.web.networks",
    "corrigenda.web.plain",
    "corrigenda.web.places",
    "corrigenda.web.sizes",
)
"""Modules whose public functions are given what strangers wrote."""

MAIL: Final = "corrigenda.report.mail"
_SOURCES: Final = frozenset({"GET", "POST", "headers", "META", "COOKIES", "FILES"})
_TEXTUAL: Final = ("str", "bytes", "Selector", "ReportDraft", "Mapping", "Message", "Letter", "Body")


def modules() -> list[ModuleType]:
    """Return every module of the package that serves requests or does work; not the demo and the commands."""
    names = [info.name for info in pkgutil.walk_packages(corrigenda.__path__, "corrigenda.")]
    apart = (
        "corrigenda.demo",
        "corrigenda.cli",
        "corrigenda.migrations",
        "corrigenda.config",
        "corrigenda.__main__",
    )
    return [importlib.import_module(name) for name in names if not name.startswith(apart)]


def patterns(
    found: Iterable[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Iterate every address of the desk, as it is written in the code, with its view."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        else:
            yield route, one


def is_public(route: str) -> bool:
    """Whether an address needs no sign-in."""
    return not route.startswith(SIGNED_IN)


def path_parameters(found: Iterable[tuple[str, URLPattern]]) -> set[str]:
    """Return the parameters in the paths of public addresses."""
    return {
        f"path /{route} {name}" for route, one in found if is_public(route) for name in one.pattern.converters
    }


def query_parameters() -> set[str]:
    """Return the parameters in queries that the API document names."""
    paths: dict[str, dict[str, Any]] = msgspec.json.decode(document())["paths"]
    return {
        f"query {path} {one['name']}"
        for path, methods in paths.items()
        for method in methods.values()
        for one in method.get("parameters", [])
        if one["in"] == "query"
    }


def members(found: Iterable[ModuleType]) -> set[str]:
    """Return the members of every JSON body that is decoded: structs given to a decoder of msgspec."""
    named: set[str] = set()
    for module in found:
        for decoder in vars(module).values():
            if isinstance(decoder, msgspec.json.Decoder):
                _schemas, parts = msgspec.json.schema_components([decoder.type])
                for name, schema in parts.items():
                    named |= {
                        f"json {module.__name__} {name}.{member}" for member in schema.get("properties", ())
                    }
    return named


def fields(found: Iterable[tuple[str, URLPattern]]) -> set[str]:
    """Return the fields of the forms that public views use: those named in the module of such a view."""
    forms: set[type[BaseForm]] = {import_string(settings.ACCOUNT_FORMS["login"])}
    for route, one in found:
        module = inspect.getmodule(inspect.unwrap(one.callback))
        if is_public(route) and module is not None and module.__name__.startswith("corrigenda."):
            forms |= {
                value
                for value in vars(module).values()
                if isinstance(value, type) and issubclass(value, BaseForm)
            }
    # Some libraries add a field only when the form is made.
    return {f"field {form.__name__}.{name}" for form in forms for name in form().fields}


def functions(found: Iterable[ModuleType]) -> set[str]:
    """Return the public functions of modules that take text, bytes, or what is made of them."""
    return {
        f"function {module.__name__}.{name}"
        for module in found
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and value.__module__ == module.__name__
        and takes_text(value)
    }


def engine() -> set[str]:
    """Return the functions of the text engine that other rooms call."""
    return {
        f"function corrigenda.passage.{name}"
        for name in passage.__all__
        if inspect.isfunction(getattr(passage, name)) and takes_text(getattr(passage, name))
    }


def takes_text(function: Callable[..., object]) -> bool:
    """Whether a parameter of a function may hold a stranger's text."""
    annotations = [str(one.annotation) for one in inspect.signature(function).parameters.values()]
    return any(word in annotation for annotation in annotations for word in _TEXTUAL)


def reads(found: Iterable[ModuleType], views: Iterable[tuple[str, URLPattern]]) -> set[str]:
    """Return what modules read of a request by name, save those whose views all ask for sign-in."""
    open_to: dict[str, bool] = {}
    for route, one in views:
        module = inspect.unwrap(one.callback).__module__
        open_to[module] = open_to.get(module, False) or is_public(route)
    return {
        f"read {module.__name__} {source} {name}"
        for module in found
        if open_to.get(module.__name__, True) and not module.__name__.startswith("corrigenda.decide.")
        for source, name in reads_in(Path(str(module.__file__)).read_text(), vars(module))
    }


def reads_in(source: str, names: dict[str, Any]) -> set[tuple[str, str]]:
    """Return (source, name) of each look into a request in a module; `names` are what the module calls so."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(source)):
        looked: ast.expr | None = None
        into: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            into, looked = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr in {"get", "getlist", "pop"}:
                into, looked = node.func.value, node.args[0]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            into, looked = node.comparators[0], node.left
        source_name = _source(into)
        if source_name and looked is not None:
            found.add((source_name, _literal(looked, names)))
    return found


def _source(into: ast.expr | None) -> str:
    if isinstance(into, ast.Attribute) and into.attr in _SOURCES:
        # The headers of an answer, of a message or of a page that was fetched are no part of a request.
        owner = into.value
        is_request = isinstance(owner, ast.Name) and owner.id == "request"
        return into.attr if is_request else ""
    return "environ" if isinstance(into, ast.Name) and into.id == "environ" else ""


def _literal(node: ast.expr, names: dict[str, Any]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    written = ast.unparse(node)
    value = names.get(written)
    return value if isinstance(value, str) else written


def everything() -> set[str]:
    """Return the names of all that must be in the table; the mail's own functions are `mail()`."""
    views, all_modules = list(patterns()), modules()
    return (
        path_parameters(views)
        | query_parameters()
        | members(all_modules)
        | fields(views)
        | reads(all_modules, views)
        | functions(importlib.import_module(name) for name in FUNCTIONS)
        | engine()
    )


def mail() -> set[str]:
    """Return the public functions that read e-mail."""
    return functions(module for module in modules() if module.__name__.startswith(MAIL))
