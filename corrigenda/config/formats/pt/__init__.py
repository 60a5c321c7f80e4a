"""How dates read in Portuguese."""
