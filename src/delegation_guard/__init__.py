"""delegation-guard: the deterministic gate between a spec and the cheap model that types it in."""

__version__ = "0.1.0"
