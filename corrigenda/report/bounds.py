"""The longest that each text of a report may be, for the code that must not load the tables."""

from typing import Final

MOST_QUOTED: Final = 2000
"""Code points of a quote; the widget counts UTF-16 units, so that it never sends more."""

MOST: Final = {
    "image": 2000,
    "exact": MOST_QUOTED,
    "prefix": 500,
    "suffix": 500,
    "suggestion": 4000,
    "comment": 5000,
    "email": 254,
}
"""The longest that each text may be, in code points."""
