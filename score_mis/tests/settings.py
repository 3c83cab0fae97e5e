"""The settings of the tests: those of the site, blind to this machine's `.env`, on data to throw away.

Only DATABASE_URL and CELERY_BROKER_URL are taken from the environment, so that `make test` can point
the suite at its private servers. SQLite is tested as a file, as people run it: locks and other
processes behave there as they do in earnest, which they do not in memory.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from score_mis.lib import environment
from score_mis.lib.messages import compile_messages

if os.environ.get("SCORE_TEST_VAR") is None:
    os.environ["SCORE_TEST_VAR"] = tempfile.mkdtemp(prefix="score-tests-")
    atexit.register(shutil.rmtree, os.environ["SCORE_TEST_VAR"], ignore_errors=True)
VAR = Path(os.environ["SCORE_TEST_VAR"])

FIXED = {
    "SCORE_VAR": str(VAR),
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'score.sqlite3'}",
    "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL") or "filesystem://localhost",
    "MEDIA_ROOT": str(VAR / "media"),
    "PRODUCED_ROOT": str(VAR / "produced"),
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "EMAIL_URL": "memorymail://",
    "DEFAULT_FROM_EMAIL": "score-mis@example.org",
    "LOG_LEVEL": "WARNING",
}
for name in ("queue", "control"):
    (VAR / "broker" / name).mkdir(parents=True, exist_ok=True)
for name in environment.KNOWN:
    os.environ[name] = FIXED.get(name, "")

from score_mis.settings import *  # noqa: E402, F403 (the environment must be set first)
from score_mis.settings import DATABASES  # noqa: E402 (named, because it is changed below)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}

WHITENOISE_AUTOREFRESH = True  # a client a test: do not list every static file each time

compile_messages()
