"""Notes to envelopes to receipts whose trust is known."""
