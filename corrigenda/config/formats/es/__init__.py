"""How dates read in Spanish."""
