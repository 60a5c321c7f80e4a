"""`make messages`: gathers the texts to translate and compiles the catalogues; needs GNU gettext."""

import fnmatch
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "corrigenda"

WHOLE: Final = frozenset({"uk"})
"""Languages that the desk speaks too: their catalogues hold every text, the others what readers see."""

DESK: Final = (
    "accounts/*",
    "check/*",
    "decide/*",
    "echo/*",
    "fix/*",
    "insight/*",
    "models/*",
    "report/held*",
    "report/mail*",
    "templates/account/*",
    "templates/accounts/*",
    "templates/check/*",
    "templates/decide/*",
    "templates/echo/*",
    "templates/fix/*",
    "templates/insight/*",
    "templates/report/held*",
    "templates/report/mail*",
    "templates/watch/*",
    "templates/web/desk*",
    "templates/web/new_site.html",
    "templates/web/site.html",
    "templates/web/sites.html",
    "watch/*",
    "web/checks.py",
    "web/desk_*",
    "web/forms.py",
    "web/reach.py",
    "web/sites.py",
)
"""Sources, as paths in the package, whose texts only the newsroom sees; any other is for readers."""

SHARED: Final = ("models/decisions.py", "models/notices.py", "models/reports.py")
"""Sources that the patterns above would take for the desk, and whose labels readers see all the same."""


def is_for_readers(source: str) -> bool:
    """Whether readers see texts of a source, given as its path in the package."""
    shared = any(fnmatch.fnmatch(source, pattern) for pattern in SHARED)
    return shared or not any(fnmatch.fnmatch(source, pattern) for pattern in DESK)


def gather(package: Path) -> None:
    """Bring the catalogues of a copy of the package up to date with its sources."""
    languages = [folder.name for folder in sorted((package / "locale").iterdir()) if folder.is_dir()]
    options = [word for language in languages for word in ("-l", language)]
    # With the files alone: their lines would change all catalogues at every change of a source.
    command = [sys.executable, "-m", "corrigenda", "manage", "makemessages", "--add-location=file"]
    # From inside the package, so that the paths in the catalogues do not hang on where it stands.
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "PYTHONPATH": str(package.parent), "CORRIGENDA_DATA_DIR": data}
        subprocess.run(
            [*command, "--no-obsolete", "--verbosity=0", *options], cwd=package, check=True, env=environment
        )
    for language in languages:
        if language not in WHOLE:
            keep_for_readers(package / "locale" / language / "LC_MESSAGES" / "django.po")


def keep_for_readers(po: Path) -> None:
    """Take the texts that only the newsroom sees out of a catalogue that names its sources."""
    lines = po.read_text(encoding="utf-8").splitlines()
    sources = {source for line in lines if line.startswith("#: ") for source in line[3:].split()}
    wanted = [f"--location={source}" for source in sorted(sources) if is_for_readers(source)]
    subprocess.run(["msggrep", *wanted, "-o", str(po), str(po)], check=True)


def compile_catalogue(po: Path, mo: Path) -> None:
    """Compile one catalogue; raises CalledProcessError where a text is malformed."""
    subprocess.run(["msgfmt", "--check-format", "-o", str(mo), str(po)], check=True)


def main() -> None:
    """Gather and compile."""
    gather(PACKAGE)
    for po in sorted((PACKAGE / "locale").rglob("*.po")):
        compile_catalogue(po, po.with_suffix(".mo"))


if __name__ == "__main__":
    main()
