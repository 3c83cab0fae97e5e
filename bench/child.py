"""A process of its own, so that its memory can be measured: `python -m bench.child build | drain | pilot | sessions`.

Prints one line of JSON.
"""

import json
import resource
import sys
import time
from typing import Any

import django

MEGABYTE = 1024  # ru_maxrss counts kilobytes


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def main(word: str) -> dict[str, Any]:
    """Do one thing and say what it took."""
    django.setup()
    from bench import jobs  # noqa: PLC0415 (needs the settings)

    before = peak()
    begun = time.perf_counter()
    found = getattr(jobs, word)()
    return {"seconds": time.perf_counter() - begun, "before": before, "peak": peak(), "found": found}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])) + "\n")
