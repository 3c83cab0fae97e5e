"""What a run was measured on; nothing that names the machine or its folders."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.loading import rows

PACKAGES = ("Django", "psycopg2-binary", "gunicorn", "openpyxl", "python-calamine")


def processor() -> str:
    """The name the processor gives itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.machine()


def describe() -> dict[str, Any]:
    """Processor, cores, memory, load of the last quarter of an hour, versions and the day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    settings = dict(
        rows(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name IN ('shared_buffers', 'work_mem')"
        )
    )
    ((server,),) = rows("SHOW server_version")
    return {
        "day": datetime.now(tz=UTC).date().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GB",
        "load": round(os.getloadavg()[2], 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "versions": {"Python": platform.python_version(), "PostgreSQL": server.split()[0]}
        | {name: version(name) for name in PACKAGES},
        "settings": settings,
    }
