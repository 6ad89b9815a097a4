"""Which commits are delegated, and which spec governs them."""
