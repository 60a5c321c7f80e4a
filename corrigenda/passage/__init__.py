"""The pure text engine: reads an article's words, follows passages, compares wordings, patches HTML."""

from corrigenda.passage.bounded import OverfullError
from corrigenda.passage.carrying import carry
from corrigenda.passage.confidence import ASK_BELOW
from corrigenda.passage.diff import Segment, word_diff
from corrigenda.passage.edges import are_edges_same
from corrigenda.passage.finding import find, find_copy, is_near
from corrigenda.passage.likeness import likeness, overlap
from corrigenda.passage.match import Match, MatchKind
from corrigenda.passage.patching import CannotPatch, escape, patch, wrap
from corrigenda.passage.reading import collapse, plain_text
from corrigenda.passage.root import DEFAULT_SELECTORS, article_root
from corrigenda.passage.selector import Selector, from_utf16, position_from_json, position_to_json, to_utf16
from corrigenda.passage.sentence import sentence_at

__all__ = [
    "ASK_BELOW",
    "DEFAULT_SELECTORS",
    "CannotPatch",
    "Match",
    "MatchKind",
    "OverfullError",
    "Segment",
    "Selector",
    "are_edges_same",
    "article_root",
    "carry",
    "collapse",
    "escape",
    "find",
    "find_copy",
    "from_utf16",
    "is_near",
    "likeness",
    "overlap",
    "patch",
    "plain_text",
    "position_from_json",
    "position_to_json",
    "sentence_at",
    "to_utf16",
    "word_diff",
    "wrap",
]
