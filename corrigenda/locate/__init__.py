"""Finds the quoted passage in the right revision of the article."""
