"""Codes on slips and reports: random, so that nobody finds another by counting, of letters that are not mixed up.

The alphabet has no vowels (no words arise), and of signs that look alike only one: no 0 and O, 1 and I and L, 2 and Z,
5 and S, 8 and B, U and V. The last character is a check character: a slip of the pen is no code at all, so that it can
be told from guessing.
"""

import secrets
import unicodedata

from stdnum import luhn

ALPHABET = "2346789CDFGHJKMNPQRTVWXY"
RANDOM = 9
"""Random characters: 24^9 codes, 2.6 million millions, of which a whole country's programme uses one in a million."""
LENGTH = RANDOM + 1
GROUP = 5


def new_code(random: int = RANDOM) -> str:
    """Draw a code of so many random characters and one to check."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(random))
    return drawn + luhn.calc_check_digit(drawn, alphabet=ALPHABET)


def as_code(text: str, random: int = RANDOM) -> str:
    """Return the code that somebody typed, in whatever case and grouping; empty where it cannot be one."""
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text[:60]).upper()))
    if len(plain) != random + 1 or not set(plain) <= set(ALPHABET):
        return ""
    return plain if luhn.is_valid(plain, alphabet=ALPHABET) else ""


def grouped(code: str) -> str:
    """A code as people read and type it."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))
