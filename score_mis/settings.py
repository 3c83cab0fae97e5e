"""The one settings file. What an installation may change is listed in `lib/environment.py`."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from score_mis.lib import environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.read_environment(BASE_DIR)

VAR_DIR = Path(env.str("SCORE_VAR", str(BASE_DIR / "var"))).resolve()
SECRET_KEY = environment.secret_key(env, VAR_DIR)
DEBUG = environment.switch(env, "DEBUG")
HTTPS = environment.switch(env, "HTTPS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PROGRAMME_TODAY = environment.fixed_day(env, "PROGRAMME_TODAY")
DEMO_PASSWORD = env.str("SCORE_DEMO_PASSWORD", "")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_include_bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "heroicons",
    "csp",
    "axes",
    "simple_history",
    "accounts",
    "enterprises",
    "training",
    "suggestions",
    "hazards",
    "practices",
    "reports",
    "sheets",
    "publications",
    "meetings",
    "reminders",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.KnownMiddleware",
    "reports.standing.StandingMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "score_mis.lib.replica.RememberWrites",
    "django.contrib.messages.middleware.MessageMiddleware",
    "score_mis.lib.photo_files.UndoneMiddleware",
    "accounts.once.OnceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "score_mis.lib.gzipped.QuickGZipMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

SESSION_ENGINE = "score_mis.lib.sessions"
ROOT_URLCONF = "score_mis.urls"
WSGI_APPLICATION = "score_mis.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "reports.context_processors.shell",
            ],
            "builtins": [
                "heroicons.templatetags.heroicons",
                "score_mis.lib.remembered",
                "accounts.templatetags.submissions",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": environment.database(env, f"sqlite:///{VAR_DIR / 'score.sqlite3'}")}
DATABASES |= environment.replica(env, DATABASES["default"])
DATABASE_ROUTERS = ["score_mis.lib.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "reports:home"
LOGOUT_REDIRECT_URL = "accounts:login"
# Offices share one address, so a wrong password locks the pair of name and address, never the address alone.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "score_mis.lib.attempts.caller"
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["score_mis.formats"]

FILTERS_EMPTY_CHOICE_LABEL = _("All")

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "score_mis.lib.compressed.NeededFilesCompressed"},
}
# Collected files have compressed twins; where nothing was collected, or for a developer, the sources serve.
WHITENOISE_USE_FINDERS = DEBUG or not STATIC_ROOT.is_dir()
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
PRODUCED_ROOT = Path(env.str("PRODUCED_ROOT", str(VAR_DIR / "produced")))
KEYS_ROOT = Path(env.str("KEYS_ROOT", str(VAR_DIR / "keys")))
"""Where the private parts of signing keys lie; backed up apart from everything else."""
MEDIA_URL = "/media-is-never-served-by-address/"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "score_mis.lib.uploads.CarefulUploadHandler",
]
# Pages that open without a network once they were opened with one (docs/adr/0016-taken-once-kept-on-the-phone.md).
KEPT_OFFLINE = (
    "reports:home",
    "suggestions:add",
    "suggestions:pile_add",
    "training:visit_detail",
    "training:visit_move",
    "hazards:check_detail",
    "hazards:check_record",
    "hazards:check_move",
    "hazards:hazard_add",
    "hazards:hazard_detail",
    "hazards:hazard_move",
)
# One answering page may hold a whole checklist: an answer, four details and a photo an item.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

globals().update(environment.email(env))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "score-mis@localhost")
SITE_URL = environment.site_url(env, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, https=HTTPS)
REMIND_AT = environment.time_of_day(env, "REMIND_AT", "07:00")
EMAIL_TIMEOUT = 30  # seconds; a job does not hang at a mail server that says nothing
OPERATIONS_EMAIL = environment.addresses(env, "OPERATIONS_EMAIL")

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str | int]
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_URL = "filesystem://localhost"  # kombu warns where no host is named, though it needs none
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
    }
elif CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "max_retries": 1,
        # Longer than any job: one that is still at work is not given out again.
        "visibility_timeout": 7 * 3600,
    }
else:
    environment.refuse("CELERY_BROKER_URL must begin with filesystem:// or redis://.")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for the queue however long it is away
CELERY_WORKER_CONSUMER = "reports.worker:Consumer"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 6 * 3600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a worker at a long job holds no other back
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "drain the marks": {"task": "reports.tasks.drain", "schedule": 15.0, "options": {"expires": 15}},
    "recount every night": {
        "task": "reports.tasks.recount",
        "schedule": crontab(hour=2, minute=30),  # in CELERY_TIMEZONE
        "options": {"expires": 4 * 3600},  # better the next night than by day
    },
    "ask again for reports": {
        "task": "publications.tasks.ask_again",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "ask again for sheets": {
        "task": "sheets.tasks.ask_again",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "sweep old sheets": {
        "task": "sheets.tasks.sweep",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 12 * 3600},
    },
    "send reminders": {
        "task": "reminders.tasks.remind",  # which looks whether it is time in the programme's time zone
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 15 * 60},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": environment.choice(env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
