"""The named weights of the engine: each says what it trades, and none was fitted to single cases.

Right and wrong answers move by less than 0.3 points when one of them is changed by a third;
benchmarks/bench_locate.py prints that table.
"""

from typing import Final

# --- What counts as the same

# Words this alike (1 less the share of letters to change) are one word respelt: "protosals" is "protocols".
# Lower finds more typos mended, and takes "state" for "staatsoper".
SAME_WORD: Final = 0.55
# Lines that share this much (twice the common words by all words) are one line rewritten. Lower pairs more
# rewritten lines and more strangers.
SAME_LINE: Final = 0.65
# Sentences that share this much may be one sentence moved. Lower finds more moves of rewritten text, and
# points more often at a sentence that only sounds alike.
SAME_MOVED: Final = 0.5
# A whole line or sentence that stands elsewhere, letter for letter, was moved if it has this many words;
# shorter ones ("Read more") are repeated by chance.
MOVED_WORDS: Final = 5
# Inside a moved sentence a run of common words is trusted from this length on, or right beside such a run.
MOVED_RUN: Final = 3

# --- Coincidences

# A run of common words in the middle of rewritten text is chance if the rewritten words on both sides weigh
# this many times more. Lower keeps more survivors of heavy rewriting, and more words that merely recur.
COINCIDENCE: Final = 4.0
# A run of this weight (about this many long, rare words) is never chance.
SOLID_RUN: Final = 2.5
# Nor is one of this many words, however common.
LONG_RUN: Final = 10
# A word that changed its place within a sentence is followed over this many units and no further.
CROSSING: Final = 15
# Only words of so many letters are followed so: short ones recur.
CROSSING_LETTERS: Final = 4

# --- What becomes of a passage

# A passage lives on if this share of its letters does. Below it what is left may be chance; the benchmark's
# labels leave 10 to 50 % open. Higher calls more rewritten passages gone or replaced.
SURVIVES: Final = 0.35
# Survivors further apart in the new text than this (in characters, plus twice the passage's length) are
# parted: the heavier part is the passage. Lower cuts passages into which much was inserted; higher lets a
# stray word stretch one.
PARTED: Final = 350
# The same for survivors whose order was turned round, which a moved sentence does and an edit hardly.
PARTED_TURNED: Final = 40
# Where the passage's first or last words were replaced, the words in their place count to it if they are no
# longer than twice the old ones and so many characters. Higher takes in more of what was only added beside
# it.
EDGE: Final = 24
# Up to so many words between surviving neighbours, on either side, are a fix of those words; more is a
# rewrite, where "replaced" would show an editor a stranger. Higher finds more replacements and shows more
# strangers.
SLOT_WORDS: Final = 15
# The same where the words are whole sentences in both texts.
SLOT_SENTENCES: Final = 60

# Passages shorter than this in characters may be found at a copy; they are surer where both neighbours stand
# too.
FEW_LETTERS: Final = 12

# --- Limits of work

# Pairs of lines compared in one gap; 2,500 take about 5 ms.
MOST_LINE_PAIRS: Final = 2_500
# Pairs of words compared at once, a bit each: 4e8 take 50 MB and half a second.
MOST_WORD_PAIRS: Final = 400_000_000
# Pairs of words compared for likeness in one gap, at about 0.3 us each.
MOST_LIKENESS_PAIRS: Final = 300
# Characters of changed lines that are cut into words, the shortest lines first: 300,000 take about a second.
# Of longer lines only what both texts share at the start and at the end is followed.
MOST_OPEN_TEXT: Final = 300_000
# A text of more lines is taken as one.
MOST_LINES: Final = 100_000
# Words longer than this are not compared letter by letter.
MOST_LETTERS: Final = 64

# --- Finding by quotation alone

# An exact copy of so many characters is believed without its context. Lower finds more moved passages, and
# more of the phrases that merely recur.
SAYS_ITSELF: Final = 40
# A shorter copy is believed if so many characters of its context touch it, on both sides together. Lower
# believes single words that live on elsewhere.
CONTEXT_LETTERS: Final = 16
# Without an exact copy: the share of the passage's letters that live on and the mean share of its context's
# letters must come to this. Lower finds more edited passages, and points at more sentences that only sound
# alike.
BELIEF: Final = 1.0
# Where no word of the passage lives on, or a short one does without touching context, this share of the
# context must.
CONTEXT_ALONE: Final = 0.75
# Pieces of so many characters vote for the place, about this many of them at most.
SEED: Final = 10
SEEDS: Final = 24
# So many characters beyond the voted place are compared, and half the passage's length.
WINDOW: Final = 120
# Exact copies looked at; more are told apart by the hint.
MOST_COPIES: Final = 200
