"""The desk under test: really served, with articles and a notice, and without limits on who asks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.journeys.running import own_database
from tests.journeys.serving import Installation

ROOT: Final = Path(__file__).resolve().parents[2]

# A run is one network that sends thousands of reports about one article.
UNLIMITED: Final = {
    "CORRIGENDA_REPORT_LIMIT": "0",
    "CORRIGENDA_REPORT_BYTES_A_DAY": "0",
    "CORRIGENDA_CHALLENGE_REPORTS": "0",
    "CORRIGENDA_FLOOD_REPORTS": "0",
}


@contextmanager
def prepared_desk(folder: Path) -> Iterator[Installation]:
    """Yield an installation in the folder, on a database of its own, with the document's story in it."""
    with own_database(os.environ.get("DATABASE_URL", "")) as url:
        made = Installation(folder / "data", url, {**UNLIMITED, "PYTHONPATH": str(ROOT)})
        made.prepare()
        made.corrigenda("manage", "shell", "-v0", "-c", "from tests.conformance.seed import seed; seed()")
        yield made
