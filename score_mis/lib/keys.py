"""Primary keys as addresses and forms name them."""

MOST_DIGITS = 18  # what fits into the databases' big integers


def as_key(text: str | None) -> int | None:
    """Return the primary key that a text names, or None where it cannot be one."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > MOST_DIGITS:
        return None
    return int(text)
