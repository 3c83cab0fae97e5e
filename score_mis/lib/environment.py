"""Reading the installation's settings, loudly: an unknown name or a wrong value stops the start with one sentence.

Every setting of SCORE MIS is one entry of `KNOWN`. Values come from the process environment and from the
file `.env`; the environment wins. Names in `.env` that are not known are refused, because a misspelt
setting that is silently ignored is found only when it hurts.
"""

import difflib
import re
import sys
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import NoReturn

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

KNOWN: dict[str, str] = {
    "SCORE_VAR": "folder for run-time data: database, media, broker, logs",
    "SECRET_KEY": "Django's secret; default: read from SCORE_VAR/secret-key",
    "DEBUG": "on or off; never on in production",
    "ALLOWED_HOSTS": "host names the site answers to, separated by commas",
    "CSRF_TRUSTED_ORIGINS": "origins (https://…) trusted for forms, separated by commas",
    "HTTPS": "on where the site is reached by https: secure cookies, redirect, HSTS",
    "DATABASE_URL": "sqlite:///… or postgres://user:password@host:port/name",
    "REPLICA_URL": "postgres://user:password@host:port/name of a streaming replica that dashboards read from",
    "CELERY_BROKER_URL": "filesystem:// (default) or redis://host:port/0",
    "PROGRAMME_TODAY": "fixes 'today' for a demonstration, as YYYY-MM-DD",
    "MEDIA_ROOT": "folder for photos",
    "PRODUCED_ROOT": "folder for files that jobs make: sheets and reports",
    "KEYS_ROOT": "folder of the private keys that sign frozen reports",
    "EMAIL_URL": "where mail goes, for example smtp+tls://user:password@host:587",
    "DEFAULT_FROM_EMAIL": "sender of the system's mail",
    "SITE_URL": "address of the site, for links in mail, for example https://score.example.org",
    "REMIND_AT": "when reminders go out, as HH:MM before 20:00 in the programme's time zone",
    "OPERATIONS_EMAIL": "who gets mail when figures differ from the records, separated by commas",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "SCORE_DEMO_PASSWORD": "password of the demonstration accounts, used by seed_pilot",
}

PLANNING = "-c jit=off -c random_page_cost=1.1"
"""What PostgreSQL is told of every connection: our many short statements do not repay compiling, and reading a page at
random costs little on today's disks. With its own numbers it reads whole tables where an index is five times faster."""


def refuse(sentence: str) -> NoReturn:
    """Print one sentence on standard error and leave with exit code 2."""
    sys.stderr.write(f"SCORE MIS cannot start: {sentence}\n")
    raise SystemExit(2)


def read_environment(root: Path) -> environ.Env:
    """Return the environment after reading `root/.env`; refuse names that no setting has."""
    env = environ.Env()
    path = root / ".env"
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            name = line.split("=", 1)[0].removeprefix("export ").strip()
            if name and not name.startswith("#") and name not in KNOWN:
                near = difflib.get_close_matches(name, KNOWN, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                refuse(f"unknown setting {name} in .env.{hint}")
        env.read_env(path)
    return env


def choice(env: environ.Env, name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words or refuse to start."""
    value = env.str(name, default).strip()
    if value not in allowed:
        refuse(f"{name} is {value!r}; allowed are {', '.join(allowed)}.")
    return value


def switch(env: environ.Env, name: str, default: bool = False) -> bool:
    """Return a yes/no setting; anything but on/off, true/false, yes/no, 1/0 is refused."""
    value = env.str(name, "on" if default else "off").strip().lower()
    if value in ("on", "true", "yes", "1"):
        return True
    if value in ("off", "false", "no", "0", ""):
        return False
    refuse(f"{name} is {value!r}; use on or off.")


def fixed_day(env: environ.Env, name: str) -> date | None:
    """Return a day given as YYYY-MM-DD, or None when the setting is absent or empty."""
    value = env.str(name, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        refuse(f"{name} is {value!r}; write a day as YYYY-MM-DD.")


def time_of_day(env: environ.Env, name: str, default: str) -> time:
    """Return a time of day given as HH:MM, before 20:00."""
    value = env.str(name, "").strip() or default
    try:
        found = time.fromisoformat(value)
    except ValueError:
        refuse(f"{name} is {value!r}; write a time of day as HH:MM.")
    if found.tzinfo or found >= time(20):
        refuse(f"{name} is {value!r}; give a time before 20:00.")
    return found


def site_url(env: environ.Env, hosts: Sequence[str], origins: Sequence[str], *, https: bool) -> str:
    """Return the site's address without a slash at the end: SITE_URL, else the first origin or host that is one."""
    value = env.str("SITE_URL", "").strip()
    if value:
        if not re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?", value):
            refuse(f"SITE_URL is {value!r}; it must begin with http:// or https://.")
        return value.rstrip("/")
    named = [origin for origin in origins if "*" not in origin]
    if named:
        return named[0].rstrip("/")
    host = next((host for host in hosts if host[0] not in ".*"), "localhost")
    if host in ("localhost", "127.0.0.1"):
        return f"http://{host}:8000"  # where `make run` has the site
    return f"{'https' if https else 'http'}://{host}"


def database(env: environ.Env, default: str) -> dict:
    """Return Django's database settings for DATABASE_URL: SQLite in WAL mode or PostgreSQL."""
    url = env.str("DATABASE_URL", default)
    scheme = url.split(":", 1)[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        refuse("DATABASE_URL must begin with sqlite:/// or postgres://.")
    config = env.db_url_config(url) | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if scheme == "sqlite":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        config["OPTIONS"] = {"options": PLANNING} | config.get("OPTIONS", {})
    return config


def replica(env: environ.Env, primary: dict) -> dict[str, dict]:
    """Return the databases that REPLICA_URL adds to the primary: none, or one that can only be read."""
    url = env.str("REPLICA_URL", "").strip()
    if not url:
        return {}
    if primary["ENGINE"].endswith("sqlite3"):
        refuse("REPLICA_URL needs a DATABASE_URL that begins with postgres://; SQLite has no replicas.")
    if url.split(":", 1)[0] not in ("postgres", "postgresql"):
        refuse("REPLICA_URL must begin with postgres://.")
    config = env.db_url_config(url)
    config["CONN_MAX_AGE"] = 600
    config["CONN_HEALTH_CHECKS"] = True
    config["OPTIONS"] = config.get("OPTIONS", {}) | {
        "options": f"{PLANNING} -c default_transaction_read_only=on",
        "connect_timeout": 2,  # seconds; a page then turns to the primary
        "tcp_user_timeout": 10_000,  # milliseconds
        "keepalives_idle": 10,
    }
    config["TEST"] = {"MIRROR": "default"}
    return {"replica": config}


def email(env: environ.Env) -> dict:
    """Return Django's settings of mail for EMAIL_URL; by default mail is written to the console."""
    try:
        found = env.email_url("EMAIL_URL", default="consolemail://")
    except ImproperlyConfigured:
        refuse("EMAIL_URL must begin with consolemail://, filemail:///, smtp:// or smtp+tls://.")
    return found | {"EMAIL_FILE_PATH": "/" + found["EMAIL_FILE_PATH"].lstrip("/")}  # of filemail:///folder


def addresses(env: environ.Env, name: str) -> list[str]:
    """Return mail addresses separated by commas; anything else is refused."""
    found = [address.strip() for address in env.list(name, default=[]) if address.strip()]
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            refuse(f"{name} has {address!r}, which is no mail address.")
    return found


def secret_key(env: environ.Env, folder: Path) -> str:
    """Return the secret from SECRET_KEY or from the file `secret-key` in the run-time folder."""
    value = env.str("SECRET_KEY", "")
    path = folder / "secret-key"
    if not value and path.is_file():
        value = path.read_text(encoding="ascii").strip()
    if not value:
        refuse("SECRET_KEY is not set. `make run` makes one; in production put it in .env.")
    return value
