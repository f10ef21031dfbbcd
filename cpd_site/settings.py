"""Settings of the whole site: one file, every value from the environment through env.py, safe by default."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from cpd_site import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR") or BASE_DIR / "data").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", generated=DATA_DIR / ".secret")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "cpd_site",
    "studies",
    "interviews",
    "jobs",
    "journeys",
    "strategy",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cpd_site.middleware.pack_pages",
    "csp.middleware.CSPMiddleware",
    "cpd_site.middleware.refuse_what_no_page_sends",
    "cpd_site.middleware.keep_pages_private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "cpd_site.urls"
WSGI_APPLICATION = "cpd_site.wsgi.application"
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
                "studies.pages.frame",
            ],
            "builtins": ["studies.templatetags.studio"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- data -------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database(env.text("DATABASE_URL"), DATA_DIR / "db.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
# A Redis that is gone without a word is not waited for; what is counted there can be counted here meanwhile
SECONDS_FOR_REDIS = {"socket_connect_timeout": 1, "socket_timeout": 1}
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "cpd_site.cache.Shared", "LOCATION": REDIS_URL, "OPTIONS": SECONDS_FOR_REDIS}
        if REDIS_URL
        else {"BACKEND": "cpd_site.cache.Here"}
    )
}

WEB_CONCURRENCY = env.integer("WEB_CONCURRENCY", 1, minimum=1)
# Wake-ups between processes, which carry nothing that is not in the database too. Without it, processes look
CHANNEL_LAYERS: dict[str, dict[str, Any]] = (
    {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
    if REDIS_URL
    else {}
)

# --- background runs ---------------------------------------------------------------------------------
# The Run row in the database is the truth; a Celery message only wakes a worker, and a sweep re-sends
# what was lost. Without REDIS_URL there is no broker, so runs are computed in the calling process.
TASKS_APP = "cpd_site.celery"  # loaded with the first run: pages need no Celery
CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000  # kB: the child is replaced after the task that exceeds it
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = env.integer("RUN_TIME_LIMIT", 3600, minimum=10)
CELERY_BEAT_SCHEDULE = {
    # expires: a stalled worker must not find a backlog of sweeps when it comes back
    "sweep-runs": {"task": "studies.tasks.sweep_runs", "schedule": 15.0, "options": {"expires": 14}},
    "remind-of-dates": {
        "task": "strategy.tasks.remind_of_dates",
        "schedule": 3600.0,  # each date is told once, whenever the machine is awake
        "options": {"expires": 3599},
    },
    "sweep-erased": {
        "task": "cpd_site.tasks.sweep_erased",
        "schedule": 3600.0,
        "options": {"expires": 3599},
    },
    "sweep-canvases": {
        "task": "strategy.tasks.sweep_canvases",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
}
RUN_LEASE_SECONDS = env.integer("RUN_LEASE_SECONDS", 60, minimum=5)

# --- people ------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "studies.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "studies.accounts.SignupForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if env.text("EMAIL_URL") else "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_USER_DISPLAY = "studies.history.person_name"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.boolean("HTTPS_ONLY", default=False) else "http"
SIGNUP_OPEN = env.boolean("SIGNUP_OPEN", default=True)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Progress Studio"
# Where no e-mail can be sent, no address is ever confirmed, and two-factor sign-in must not wait for it
MFA_ALLOW_UNVERIFIED_EMAIL = not env.text("EMAIL_URL")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
INVITATION_DAYS = 14

# --- e-mail: without EMAIL_URL messages are printed, and sign-up asks for no confirmation --------------
EMAIL_URL = env.text("EMAIL_URL")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_URL else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = env.email(EMAIL_URL)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "studio@localhost")

# --- browser -----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cpd_site.staticfiles.PackageFileFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cpd_site.staticfiles.HashedFiles"},
}
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Dotted path of another encoder of statements; empty: those that come along
SENTENCE_ENCODER = env.text("SENTENCE_ENCODER")
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_MB", 50, minimum=1) * 1024 * 1024

HTTPS_ONLY = env.boolean("HTTPS_ONLY", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
BEHIND_PROXY = env.boolean("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Limits count by client: behind a proxy, its address would be everybody's
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SESSION_COOKIE_NAME = "studio_session"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
# Not in Redis too: pages would fail with it, and who signed out while it was away would be in again
SESSION_ENGINE = "django.contrib.sessions.backends.db"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # Plotly writes style attributes while it draws; scripts stay strict
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- language, time, logs ----------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_I18N = USE_TZ = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Ids and verbs only: interview text never reaches a log, not even in the message of an exception, and no
# handler writes to the database
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "cpd_site.errors.QuietFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": env.text("LOG_LEVEL", "WARNING")},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "cpd_site.errors.QuietExceptionReporterFilter"
