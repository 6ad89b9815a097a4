"""The only import at run time: registries hold "package.module:name" strings, and this turns one into its object."""

from __future__ import annotations

import sys


def load(reference: str) -> object:
    """Import `package.module:name` and return the named attribute (the module itself without `:name`).

    Relative to this package when the reference starts with a dot. An unknown module or name raises ImportError:
    a registry string that resolves to nothing is a fault of ours, and a test resolves them all.
    """
    module_name, _, attribute = reference.partition(":")
    if module_name.startswith("."):
        module_name = f"delegation_guard{module_name}"
    __import__(module_name)
    module = sys.modules[module_name]
    if not attribute:
        return module
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise ImportError(f"{module_name} has no {attribute}") from None
