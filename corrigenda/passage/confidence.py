"""Says how sure an answer is: the share of right ones among answers of the same kind on the development data.

benchmarks/bench_locate.py prints the observed share of every value below, for all sources and with each
source left out in turn, and draws them in docs/reference/passage-confidence.svg.
"""

from collections.abc import Mapping
from typing import Final

# Below this a human is asked. Of the development data one answer in fourteen lies below it, and of those one
# in nine is off; of the answers above it one in a hundred is.
ASK_BELOW: Final = 0.95

# By what speaks for a carried passage.
CARRIED: Final[Mapping[str, float]] = {
    "kept": 0.995,
    "kept, with a new copy": 0.965,
    "same words": 0.995,
    "same words, few": 0.955,
    "edited lightly": 0.99,
    "edited": 0.965,
    "edited, grown": 0.9,
    "edited heavily": 0.88,
    "edge changed": 0.94,
    "parted": 0.88,
    "replaced, word for word": 0.93,
    "replaced": 0.89,
    "gone": 0.99,
    "gone, quoted elsewhere": 0.96,
    "gone, with remnants": 0.8,
}

# By what speaks for a passage found by its quotation alone.
FOUND: Final[Mapping[str, float]] = {
    "whole": 0.995,
    "copies": 0.95,
    "copy": 0.95,
    "within a word": 0.8,
    "unchanged, sure": 0.75,
    "unchanged": 0.75,
    "edited, sure": 0.97,
    "edited": 0.75,
    "replaced, sure": 0.93,
    "replaced": 0.9,
    "gone": 0.92,
}
