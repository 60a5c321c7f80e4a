"""What the load of bench_door.py sends: one report, and the same words as a comment for Isso."""

import json
from typing import Final

ORIGIN: Final = "https://courier.example"
PAGE: Final = f"{ORIGIN}/news/bridge.html"
COMMENT: Final = ("The plaque on the north pier says so, and so does the town's own yearbook. " * 8).strip()
REPORT: Final = {
    "url": PAGE,
    "language": "en",
    "target": {
        "source": PAGE,
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": "opened in 1931",
                "prefix": "The bridge over the harbour, which ",
                "suffix": " after ten years of building work, was",
            },
            {"type": "TextPositionSelector", "start": 412, "end": 426},
        ],
    },
    "concern": "fact",
    "suggestion": "opened in 1932",
    "comment": COMMENT,
    "email": "",
}
ISSO_COMMENT: Final = {"title": "Bridge", "author": "", "email": "", "text": COMMENT}
"""The title saves Isso the fetching of the page."""


def report_of(seal: str) -> str:
    """Return the report with the seal that its page was given."""
    return json.dumps({**REPORT, "seal": seal}, separators=(",", ":"))
