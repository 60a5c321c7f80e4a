"""Tests wait for a condition: no fixed time, no question asked once, no wall clock, no port of chance."""

import ast
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.house.test_rules import ROOT, tracked

QUESTIONS = {
    "all_inner_texts",
    "get_attribute",
    "inner_text",
    "input_value",
    "is_checked",
    "is_disabled",
    "is_enabled",
    "is_hidden",
    "is_visible",
    "text_content",
}
"""What Playwright answers at once, as the page is just then; `expect` asks until it is so."""

MEASURES = re.compile("cost|cost_of.*|seconds|seconds_of|best_of|too_steep")
"""The names of functions that measure what something costs."""

CLOCKS = {"monotonic", "perf_counter", "process_time", "time"}
PAUSE = "# pause: "
"""Before the reason, at the end of a line that waits for a fixed time on purpose."""

WIDGET = {
    r"\.waitForTimeout\(": "waits for a fixed time: wait for a condition, or move page.clock on",
    r"\bassert\.\w+\((?:(?!;\n).)*\bawait\b": "asks once: use until(), or await before the assertion",
    r"\b(?:performance|Date)\.now\(": "looks at the wall clock: cost() counts what the page's thread spends",
}
"""What the widget's tests never do, as patterns over their source, and what they do instead."""


def calls(node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Yield each call within a node, with the last part of the name that is called."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute):
                yield inner, inner.func.attr
            elif isinstance(inner.func, ast.Name):
                yield inner, inner.func.id


def is_deadline(node: ast.Assert) -> bool:
    """Whether an assertion ends a loop that waits, and says nothing about speed."""
    return isinstance(node.test, ast.Compare) and "deadline" in ast.unparse(node.test.comparators[0])


def is_long(node: ast.Module | ast.FunctionDef) -> bool:
    """Whether a test, or all of a file's, runs in `make long` alone."""
    if isinstance(node, ast.FunctionDef):
        marks: list[ast.AST] = [*node.decorator_list]
    else:
        marks = [one for one in node.body if isinstance(one, ast.Assign) and "pytestmark" in ast.unparse(one)]
    return any("mark.long" in ast.unparse(mark) for mark in marks)


def faults(source: str) -> list[str]:
    """Return what a Python test does against the rule, with its lines."""
    lines = source.splitlines()
    tree = ast.parse(source)
    looped = {id(inner) for loop in ast.walk(tree) if isinstance(loop, ast.While) for inner in ast.walk(loop)}
    found = []
    for call, name in calls(tree):
        is_sleep = name == "sleep" and id(call) not in looped
        if name == "wait_for_timeout" or (is_sleep and PAUSE not in lines[call.lineno - 1]):
            found.append(f"{call.lineno}: waits for a fixed time: use tests.waiting, or say why: {PAUSE}…")
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            asked = {name for _, name in calls(node)}
            if asked & QUESTIONS:
                found.append(f"{node.lineno}: asks a page once: use expect()")
            if any(name in CLOCKS and not one.args for one, name in calls(node)) and not is_deadline(node):
                found.append(f"{node.lineno}: looks at a clock: compare costs of two sizes, or count")
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not is_long(node):
            asserts = [inner for inner in ast.walk(node) if isinstance(inner, ast.Assert)]
            measured = any(MEASURES.fullmatch(name) for one in asserts for _, name in calls(one))
            if measured and not is_long(tree):
                found.append(f"{node.lineno}: measures beside other tests: mark it long")
        if isinstance(node, ast.FunctionDef) and re.fullmatch("_?free_ports?", node.name):
            found.append(f"{node.lineno}: looks for a port of its own: use tests.ports")
    return found


def widget_faults(source: str) -> list[str]:
    """Return what a test of the widget does against the rule, with its lines."""
    return [
        f"{source.count(chr(10), 0, match.start()) + 1}: {reason}"
        for pattern, reason in WIDGET.items()
        for match in re.finditer(pattern, source, re.DOTALL)
    ]


def test_tests_wait_for_conditions() -> None:
    paths = [path for path in tracked("tests/*.py", "tests/**/*.py") if path.name != "ports.py"]
    assert len(paths) > 100
    assert {str(path.relative_to(ROOT)): found for path in paths if (found := faults(path.read_text()))} == {}


def test_the_widgets_tests_wait_for_conditions() -> None:
    paths = tracked("widget/test/browser/*.ts", "widget/test/support/*.ts")
    allowed = {ROOT / "widget/test/support/until.ts"}
    assert allowed < set(paths)
    found = {path.name: widget_faults(path.read_text()) for path in set(paths) - allowed}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "page.wait_for_timeout(300)",
        "time.sleep(1)",
        "for number in range(3):\n    time.sleep(1)",
        "assert page.locator('#note').is_visible()",
        "assert not page.get_by_role('dialog').is_hidden()",
        "assert field.input_value() == 'x'",
        "assert time.monotonic() - began < 2",
        "assert time.process_time() - began < 1",
        "def free_port():\n    return 1",
        "def test_growth():\n    assert cost(2000) < 3 * cost(1000)",
    ],
)
def test_a_planted_fault_is_found(planted: str) -> None:
    assert len(faults(planted)) == 1


@pytest.mark.parametrize(
    "good",
    [
        "expect(page.locator('#note')).to_be_visible()",
        "time.sleep(2)  # pause: the server counts the seconds",
        "while not ready():\n    assert time.monotonic() < deadline\n    time.sleep(0.1)",
        "@pytest.mark.long\ndef test_growth():\n    assert cost(2000) < 3 * cost(1000)",
        "pytestmark = pytest.mark.long\ndef test_growth():\n    assert cost(2000) < 3 * cost(1000)",
        "assert Case.objects.count() == 1",
    ],
)
def test_a_test_that_waits_for_a_condition_is_good(good: str) -> None:
    assert faults(good) == []


@pytest.mark.parametrize(
    ("planted", "number"),
    [
        ("  await page.waitForTimeout(200);\n", 1),
        ("  assert.ok(await page.locator('.notes').isVisible());\n", 1),
        ("  assert.deepEqual(\n    await page.evaluate(() => [1, 2]),\n    [1, 2],\n  );\n", 1),
        ("  const begun = performance.now();\n", 1),
        ("  await until(() => page.locator('.notes').isVisible(), true);\n", 0),
        ("  assert.equal(stage.desk.posted.length, 1);\n  await stage.leave(page);\n", 0),
    ],
)
def test_a_planted_fault_in_the_widgets_tests_is_found(planted: str, number: int) -> None:
    assert len(widget_faults(planted)) == number


def test_invented_inputs_are_tried_without_a_clock() -> None:
    """Hypothesis gives each example 200 ms unless told otherwise, which a busy machine may need."""
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
