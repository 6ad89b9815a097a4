"""Weakened gates: what configuration checks before and after a change."""
