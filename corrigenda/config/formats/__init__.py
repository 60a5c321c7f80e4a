"""How dates read, a package a language: unambiguous, and with room for the zone that stands after them."""
