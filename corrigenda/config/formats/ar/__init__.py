"""How dates read in Arabic."""
