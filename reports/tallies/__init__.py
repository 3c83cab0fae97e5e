"""Tallies: days counted again from the records. Nothing here adds to a number; every cell is deleted and rebuilt.

`drain` takes the marks it can see and counts their days again; `build_all` counts everything into a new generation;
`differences` recounts everything and compares; `recount` also repairs. One drainer runs at a time, on any number of
hosts. A mark written meanwhile stays for the next drain.
"""

from reports.tallies.building import STEPS, Busy, build_all
from reports.tallies.counting import counted
from reports.tallies.draining import drain
from reports.tallies.recounting import Recounting, differences, recount
from reports.tallies.state import drained_since, freshness, is_building, snapshot, unfinished, version

__all__ = [
    "STEPS",
    "Busy",
    "Recounting",
    "build_all",
    "counted",
    "differences",
    "drain",
    "drained_since",
    "freshness",
    "is_building",
    "recount",
    "snapshot",
    "unfinished",
    "version",
]
