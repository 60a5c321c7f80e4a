"""No code of the product runs text as code, starts a shell, parses XML or pickles, or uses a weak hash."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.test_rules import ROOT, product_modules

CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "mark_safe", "format_html_join"}
CALLS |= {"hashlib.md5", "hashlib.sha1", "uuid.uuid1", "Template", "Engine.from_string", "yaml.load"}
MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "plistlib", "random", "telnetlib"}
ARGUMENTS = {("shell", True), ("algorithm", "md5"), ("algorithm", "sha1"), ("verify", False)}


def faults(source: str) -> Iterator[str]:
    """Name every call, import and argument of the lists above in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in CALLS or (name.endswith("salted_hmac") and "algorithm" not in _names(node)):
                yield name
            for keyword in node.keywords:
                if (
                    isinstance(keyword.value, ast.Constant)
                    and (keyword.arg, keyword.value.value) in ARGUMENTS
                ):
                    yield ast.unparse(keyword)


def _names(call: ast.Call) -> set[str | None]:
    return {keyword.arg for keyword in call.keywords}


def test_no_module_holds_one() -> None:
    found = {str(path.relative_to(ROOT)): [*faults(path.read_text())] for path in product_modules()}
    assert {path: names for path, names in found.items() if names} == {}
    assert len(found) > 100


@pytest.mark.parametrize(
    "planted",
    [
        *("eval(text)", "import pickle", "from xml.etree import ElementTree", "import random"),
        *("subprocess.run(line, shell=True)", "hashlib.md5(data)", "salted_hmac('salt', 'value')"),
        *("mark_safe(text)", "Template(text)", "hmac.new(key, algorithm='sha1')"),
    ],
)
def test_a_planted_one_is_found(planted: str) -> None:
    assert [*faults(planted)]
    assert not [*faults("salted_hmac('salt', 'value', algorithm='sha256')\nsubprocess.run(['ls'])")]


def test_the_widget_writes_no_markup_and_hears_no_messages() -> None:
    desk = ROOT / "corrigenda/static/corrigenda"
    sources = [*(ROOT / "widget/src").glob("*.ts"), desk / "web/corrigenda.js", desk / "decide/decide.js"]
    words = [
        *(
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "srcdoc",
        ),
        *("postMessage", 'Listener("message"', "onmessage", "document.cookie", "__proto__"),
    ]
    found = {
        str(path.relative_to(ROOT)): [word for word in words if word in path.read_text()] for path in sources
    }
    assert {path: held for path, held in found.items() if held} == {}
    assert len(sources) > 20
