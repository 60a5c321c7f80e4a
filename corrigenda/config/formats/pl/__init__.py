"""How dates read in Polish."""
