"""Delivers what the house says to the outside."""
