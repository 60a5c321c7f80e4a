"""Attacks on a real desk, while an honest reader and an editor are measured: `make attack`."""
