"""Tests of the room that speaks in public."""
