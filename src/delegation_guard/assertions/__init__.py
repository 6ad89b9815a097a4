"""Outlines to executed assertions to kept or lost: the entailment engine."""
