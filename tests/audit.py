"""`make audit`: asks the package indexes for known vulnerabilities of what the lock files pin.

Exit codes: 0 nothing is known, 1 something is, 2 an index did not answer, so that nothing can be said.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests import tools
from tests.run import ROOT, say

AUDIT: Final = tools.VENV_BIN.parent / "audit/bin/python"
"""Where the Makefile installs pip-audit."""

LOCKS: Final = ("requirements.lock", "requirements-dev.lock")


def found_by_pip(report: str) -> list[str] | None:
    """Read pip-audit's JSON: a line for each finding, None where not every package was answered for."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    found = [
        f"{one['name']} {one['version']}: {fault['id']}, fixed in {', '.join(fault['fix_versions']) or '-'}"
        for one in packages
        for fault in one.get("vulns", ())
    ]
    # pip-audit leaves out, with a reason, what the index told it nothing of; that is no clean bill either.
    is_whole = packages and not any("skip_reason" in one for one in packages)
    return found if found or is_whole else None


def found_by_npm(report: str) -> list[str] | None:
    """Read the JSON of `npm audit`: a line for each finding, None where it is no report."""
    try:
        said: dict[str, Any] = json.loads(report)
        packages = said["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return None
    return [f"{name} {one['range']}: {one['severity']}" for name, one in sorted(packages.items())]


def tell(name: str, found: list[str] | None) -> int:
    """Say what was found of a lock file; return the exit code for it."""
    if found is None:
        say(f"{name}: not audited: its index did not answer for every package, so that all is open.")
        return 2
    for line in found:
        say(f"{name}: {line}")
    if not found:
        say(f"{name}: nothing is known.")
    return 1 if found else 0


def audit_python(lock: str) -> list[str] | None:
    """Ask about a lock file of Python's; the hashes in it say that nothing else is meant."""
    with tempfile.TemporaryDirectory(prefix="corrigenda-audit-") as folder:
        report = Path(folder) / "report.json"
        command = [str(AUDIT), "-m", "pip_audit", "--requirement", str(ROOT / lock), "--disable-pip"]
        command += ["--require-hashes", "--progress-spinner=off", "--format=json", f"--output={report}"]
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return found_by_pip(report.read_text()) if report.exists() else None


def audit_npm() -> list[str] | None:
    """Ask about the widget's lock file."""
    folder = tools.node_bin()
    if folder is None:
        say(tools.NODE.advice)
        return None
    command = [str(folder / "npm"), "audit", "--package-lock-only", "--json"]
    done = subprocess.run(command, cwd=ROOT / "widget", capture_output=True, text=True, check=False)
    return found_by_npm(done.stdout)


def main() -> int:
    """Ask about each lock file; a finding counts for more than an index that did not answer."""
    codes = {tell(lock, audit_python(lock)) for lock in LOCKS}
    codes.add(tell("widget/package-lock.json", audit_npm()))
    return 1 if 1 in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
