"""The four speeds of the tests, each with its steps: `make check`, `make test`, `make live`, `make long`."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests import postgres, tools

ROOT: Final = Path(__file__).resolve().parent.parent
BIN: Final = Path(sys.executable).parent
IN_CI: Final = os.environ.get("CI") == "true"
# Pure tests, those of the house itself, those of words, pages and snippets, and those of code without tables
# prove nothing about a database: once is enough. Of the journeys, the whole story, kills, full disks and the
# front door are seen on both.
ONE_DATABASE: Final = (
    "tests/conformance/test_apps.py",
    "tests/conformance/test_reference.py",
    "tests/demo",
    "tests/growth/test_queries.py",
    "tests/house",
    "tests/journeys/test_demo_command.py",
    "tests/journeys/test_forged_headers.py",
    "tests/journeys/test_forwarding.py",
    "tests/journeys/test_hostile.py",
    "tests/journeys/test_hostile_requests.py",
    "tests/journeys/test_idle_senders.py",
    "tests/journeys/test_known.py",
    "tests/journeys/test_languages.py",
    "tests/journeys/test_publisher_guide.py",
    "tests/journeys/test_sites.py",
    "tests/limits/test_sizes.py",
    "tests/limits/test_table.py",
    "tests/passage",
    "tests/rooms/*/test_*browser.py",
    "tests/rooms/*/test_*keyboard.py",
    "tests/rooms/accounts/test_cookies.py",
    "tests/rooms/connectors",
    "tests/rooms/disclose/test_hidden_texts.py",
    "tests/rooms/fix/test_wording.py",
    "tests/rooms/report/test_mail_children.py",
    "tests/rooms/report/test_mail_growth.py",
    "tests/rooms/report/test_mail_lmtp.py",
    "tests/rooms/report/test_mail_unfetched.py",
    "tests/rooms/report/test_mail_words.py",
    "tests/rooms/server",
    "tests/rooms/test_languages.py",
    "tests/rooms/watch/test_gone.py",
    "tests/rooms/watch/test_identity.py",
    "tests/rooms/web/test_every_address.py",
    "tests/rooms/web/test_https.py",
    "tests/rooms/web/test_log_limits.py",
    "tests/rooms/web/test_logs.py",
    "tests/rooms/web/test_networks.py",
    "tests/rooms/web/test_pages.py",
    "tests/rooms/web/test_programs.py",
)

QUICK: Final = ("tests/house", "tests/passage")
SLOW: Final = ("tests/house/test_private_files.py", "tests/passage/test_patch_properties.py")
"""Half of the time of QUICK: the one starts the demo, the other invents thousands of texts."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)  # noqa: T201 (a program's output)


def call(*command: str, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> bool:
    """Run a command with its output shown; return whether it succeeded."""
    return (
        subprocess.run(command, cwd=cwd, env={**os.environ, **(environment or {})}, check=False).returncode
        == 0
    )


def style() -> bool:
    """Format, lint, types and import contracts."""
    ruff = str(BIN / "ruff")
    return (
        call(ruff, "format", "--check", "--quiet", ".")
        and call(ruff, "check", "--quiet", ".")
        and call(str(BIN / "mypy"))
        and call(str(BIN / "lint-imports"), "--no-cache")
    )


def _node_environment() -> dict[str, str]:
    folder = tools.node_bin()
    environment = {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"} if folder else {}
    if chromium := tools.chromium():
        environment["CORRIGENDA_CHROMIUM"] = chromium
    return environment


def _npm(*arguments: str) -> bool:
    environment = _node_environment()
    folder = tools.node_bin()
    return folder is not None and call(
        str(folder / "npm"), *arguments, cwd=ROOT / "widget", environment=environment
    )


def widget() -> bool:
    """The widget's types, bytes and tests, and the proof that the committed build is a fresh one."""
    if tools.node_bin() is None:
        return lacks(tools.NODE)
    return _npm("ci", "--silent") and _npm("run", "--silent", "check") and _npm("test", "--silent")


def build_widget() -> bool:
    """Build the widget's files anew."""
    return _npm("ci", "--silent") and _npm("run", "build")


def pytest(*arguments: str, **environment: str) -> bool:
    """Run pytest in a data folder of this run's own, and name the tests that took longest.

    Two processes more than there are cores: the journeys mostly wait. The tests of a file stay together: what
    they share, such as a desk that serves, takes seconds to start.
    """
    cores = len(os.sched_getaffinity(0))
    command = [sys.executable, "-m", "pytest", "-q", "--durations=15", "--durations-min=5"]
    # In the order of the folders: conformance and journeys take longest, and begin first.
    command += [f"--numprocesses={cores + 2}", "--dist=loadfile", "--no-loadscope-reorder"]
    with tempfile.TemporaryDirectory(prefix="corrigenda-tests-") as folder:
        environment["CORRIGENDA_DATA_DIR"] = folder
        return call(*command, *arguments, environment=environment)


def house() -> bool:
    """The rules of the house and the passage engine, but for two slow files: less than a minute."""
    return pytest(*QUICK, *(f"--ignore={path}" for path in SLOW), DATABASE_URL="")


def on_sqlite() -> bool:
    """Every test, on SQLite."""
    return pytest(DATABASE_URL="")


def on_postgresql(*arguments: str) -> bool:
    """Every test that touches the database, on PostgreSQL."""
    if tools.postgresql_bin() is None:
        return lacks(tools.INITDB)
    with postgres.server() as url:
        ignored = (f"--ignore-glob={path}" for path in ONE_DATABASE)
        return pytest(*ignored, *arguments, DATABASE_URL=url)


def live() -> bool:
    """The tests marked `live`: real proxies, CMSs and identity providers."""
    tools.install(tools.missing_for_live())
    return pytest(*marked("live"), DATABASE_URL="")


def long_on_sqlite() -> bool:
    """The tests marked `long`, on SQLite: attacks, growth, faults, soak."""
    return pytest(*marked("long"), DATABASE_URL="")


def long_on_postgresql() -> bool:
    """The tests marked `long`, on PostgreSQL."""
    return on_postgresql(*marked("long"))


def attacks() -> bool:
    """Attack the desk on both databases, directly and behind nginx and Caddy, and write the table."""
    return call(sys.executable, "-m", "tests.attack", "--report", "benchmarks/results/attack.md")


def soak() -> bool:
    """Send odd requests, mails and pages for an hour, and see that memory stays flat."""
    return call(sys.executable, "-m", "tests.attack.soak", "--minutes", "60")


def marked(mark: str) -> tuple[str, ...]:
    """Choose the tests with a mark, one after the other: they measure, and what they print is shown."""
    return ("-m", mark, "--numprocesses=0", "--dist=no", "-rP")


def lacks(tool: tools.Tool) -> bool:
    """Say what is missing: a skip for a contributor, a failure in CI."""
    say(f"SKIPPED: {tool.advice}")
    return not IN_CI


@contextmanager
def beginning(name: str) -> Iterator[Callable[[], bool]]:
    """Run a step in a process of its own until the block ends; yields what waits for it.

    What the step has said is printed then. The widget's tests mostly wait for their browser: others can use
    the cores.
    """
    with tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, "-m", "tests.run", name]
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)

        def finish() -> bool:
            code = process.wait()
            said.seek(0)
            say(said.read().rstrip())
            return code == 0

        try:
            yield finish
        finally:
            process.kill()
            process.wait()


STEPS: Final[dict[str, tuple[Callable[[], bool], ...]]] = {
    # `test` runs these tests with all others, so it does not run this step.
    "check": (style, house),
    "widget": (widget,),
    "test": (style, on_sqlite, on_postgresql),
    "live": (live,),
    "attack": (attacks,),
    "long": (long_on_sqlite, long_on_postgresql, attacks, soak),
    "build-widget": (build_widget,),
}


def steps_of(name: str) -> list[str]:
    """Run the steps of a name; return those that have failed."""
    failed = []
    for step in STEPS[name]:
        started = time.monotonic()
        say(f"── {step.__name__}: {step.__doc__}")
        good = step()
        say(f"── {step.__name__}: {'done' if good else 'FAILED'} in {time.monotonic() - started:.0f} s")
        if not good:
            failed.append(step.__name__)
    return failed


def main(name: str = "test") -> int:
    """Run the steps of a name; return the exit code."""
    # Some machines forbid it: then each process of the tests, and there are hundreds, compiles every module.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    tools.install(tools.missing())
    if name == "test":
        with beginning("widget") as finish_widget:
            failed = steps_of(name)
            if not finish_widget():
                failed.append("widget")
    else:
        failed = steps_of(name)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
