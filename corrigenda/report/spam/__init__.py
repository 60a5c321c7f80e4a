"""Signals of spam and abuse: seals and puzzles at the door, doubts about texts before a case is opened."""
