"""Measurements at any scale: a generator of records, and `make bench`. Not needed to run the site."""
