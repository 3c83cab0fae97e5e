"""Readers of produced files, a module a format."""
