"""How dates read in Ukrainian."""
