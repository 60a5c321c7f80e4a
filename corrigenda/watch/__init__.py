"""Reads articles and keeps their revisions."""
