"""How dates read, where that differs from Django's own; a package a language."""
