"""A report to whatever reads it."""
