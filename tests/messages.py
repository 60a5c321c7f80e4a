"""`make messages`: gathers the texts to translate and compiles the catalogues; needs GNU gettext."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "corrigenda"


def gather(package: Path) -> None:
    """Bring the catalogues of a copy of the package up to date with its sources."""
    languages = [folder.name for folder in sorted((package / "locale").iterdir()) if folder.is_dir()]
    options = [word for language in languages for word in ("-l", language)]
    command = [sys.executable, "-m", "corrigenda", "manage", "makemessages", "--no-location", "--no-obsolete"]
    # From inside the package, so that the paths in the catalogues do not hang on where it stands.
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "PYTHONPATH": str(package.parent), "CORRIGENDA_DATA_DIR": data}
        subprocess.run([*command, "--verbosity=0", *options], cwd=package, check=True, env=environment)


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
