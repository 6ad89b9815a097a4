"""Test frameworks as data: one file each, no logic."""
