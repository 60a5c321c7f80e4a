"""How dates read in German."""
