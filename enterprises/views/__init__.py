"""Views of the enterprises app, one module a kind of record."""
