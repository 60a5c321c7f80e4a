"""Every verb that a room writes into a history has words at the desk."""

import re
from pathlib import Path

import corrigenda
from corrigenda.decide.labels import EMPTY, OUTCOMES, STATES, TAB_NAMES, TABS, USUAL_KINDS, VERBS, Tab
from corrigenda.flow import State
from corrigenda.locate.step import REASONS
from corrigenda.models import Decision, Report

SOURCES = Path(corrigenda.__file__).parent
WRITTEN = re.compile(r'\bverb(?::\s*str)?\s*=\s*"(\w+)"|_change\(\w+, "(\w+)"|return "(unlocated_\w+)"')


def verbs_in_the_source() -> set[str]:
    found = set(REASONS.values())
    for path in SOURCES.rglob("*.py"):
        for groups in WRITTEN.findall(path.read_text(encoding="utf-8")):
            found.update(verb for verb in groups if verb)
    return found


def test_every_verb_has_words() -> None:
    written = verbs_in_the_source()
    assert {"opened", "located", "carried", "accepted", "drafted"} <= written
    assert written <= set(VERBS)


def test_every_state_has_a_name_and_a_tab() -> None:
    assert set(STATES) == set(State)
    assert {state for states in TABS.values() for state in states} == set(State) - {State.MERGED}


def test_every_tab_concern_and_outcome_has_its_words() -> None:
    assert set(TAB_NAMES) == set(EMPTY) == set(TABS) == set(Tab)
    assert set(USUAL_KINDS) == set(Report.Concern)
    assert set(OUTCOMES) == set(Decision.Outcome)
