# make run           the site with the pilot data on http://127.0.0.1:8000 (PORT= and HOST= change it)
# make test          the whole suite: SQLite, and PostgreSQL + Redis where they are installed
# make coverage      line coverage of rules, services and tallies: at least 95 %
# make browser       every page in both languages on a phone and on a desk, in Chromium
# make test-nightly  the same plus the long tests
# make histories     500 random histories on each database, counted by hand (HISTORIES=50 HISTORIES_SEED=7: fewer, again)
# make storm         8 writers, 2 drainers that are killed 20 times, 60 seconds
# make outage        the job queue is away for 60 seconds while 4 people write
# make check-scale   SCALE=100 times the pilot: full build, drains, recount; fails on a difference
# make bench         measures speed, size and memory at SCALE=100 times the pilot; writes bench/RESULTS.md
# make lint          style, types, templates, security, migrations, deployment settings
# make messages      brings locale/ up to date (needs gettext) and compiles it
# make clean         removes the virtual environment and what tools left; keeps var/ (your data)

PYTHON ?= python3
SCALE ?= 100
SHELL = /bin/sh
PY = .venv/bin/python
CODE = manage.py launch score_mis accounts enterprises training suggestions hazards practices reports sheets publications meetings reminders
export PYTHONUTF8 = 1
.PHONY: run test coverage browser test-nightly histories storm outage bench check-scale lint messages clean python dev

run: python
	@$(PYTHON) -m launch run

test: python
	@$(PYTHON) -m launch test

coverage: python
	@$(PYTHON) -m launch test --coverage

browser: python
	@$(PYTHON) -m launch test --browser

test-nightly: python
	@$(PYTHON) -m launch test --nightly

histories storm outage: python
	@$(PYTHON) -m launch test --$@

bench: dev
	@$(PY) -m bench --scale $(SCALE)

check-scale: dev
	@$(PY) -m bench --check --scale $(SCALE)

dev: python
	@$(PYTHON) -m launch venv

# A production-like installation that exists only for the checks.
lint: export SECRET_KEY = $(shell $(PYTHON) -c "import secrets; print(secrets.token_urlsafe(50))")
lint: export DATABASE_URL = sqlite://:memory:
lint: export ALLOWED_HOSTS = score.example.org
lint: export CSRF_TRUSTED_ORIGINS = https://score.example.org
lint: export HTTPS = on
lint: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m djlint --lint --quiet templates
	$(PY) -m bandit --quiet --recursive --configfile bandit.yaml $(CODE)
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --deploy --fail-level WARNING

messages: dev
	$(PY) manage.py makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file --ignore .venv --ignore var --ignore "*/tests/*" --ignore launch
	$(PY) -m score_mis.lib.messages

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "var/ (database, photos, keys) is kept; remove it by hand to start from nothing."

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed; $(PYTHON) was not found." >&2; exit 2; }
