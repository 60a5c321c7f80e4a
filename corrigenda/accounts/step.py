"""Deletes counts of attempts to sign in that are zero by now."""

from corrigenda.accounts import counting


def run(limit: int = 50) -> int:
    """Delete at most `limit` counts; return how many."""
    return counting.sweep(limit)
