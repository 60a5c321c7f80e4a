"""Measurements of Corrigenda beside its peers; results/ holds the last ones."""
