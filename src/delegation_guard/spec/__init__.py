"""Spec text to Contract and back."""
