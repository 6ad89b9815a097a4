"""Source text to outlines, tokens and symbols: syntax only, one file a language."""
