"""Running VERIFY commands in a clean checkout."""
