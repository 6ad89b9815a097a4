"""in-toto statements, DSSE envelopes, signers and key trust."""
