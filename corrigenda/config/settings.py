"""Django's settings, made from the options of this installation."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from corrigenda.config.options import Options, keep_secret_key
from corrigenda.config.private import make_private_database, make_private_folder
from corrigenda.connectors.charsets import bound_lookups

# Before anything is read that a stranger sends: Django and Python look up whatever charset is declared.
bound_lookups()

OPTIONS = Options()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = keep_secret_key(OPTIONS)
DEBUG = OPTIONS.debug
PUBLIC_URL = OPTIONS.public_url.rstrip("/")
_public = urlsplit(PUBLIC_URL)
SECURE = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname or "localhost", *OPTIONS.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "corrigenda.config.urls"
WSGI_APPLICATION = "corrigenda.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "corrigenda",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corrigenda.web.sizes.CookiesWorthReading",
    # Before the files: a drawing among them is a document too when it is opened by itself.
    "csp.middleware.CSPMiddleware",
    "corrigenda.web.headers.PermissionsPolicy",
    "corrigenda.web.files.WeakTags",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corrigenda.web.headers.PublicAnswers",
    "corrigenda.web.headers.PrivatePages",
    "corrigenda.web.methods.KnownMethods",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "corrigenda.accounts.activity.SessionActivity",
    "django.middleware.locale.LocaleMiddleware",
    "corrigenda.web.languages.DeskLanguage",
    "corrigenda.web.programs.ProblemsForPrograms",
    "corrigenda.web.sizes.SizeLimits",
    "corrigenda.web.bodies.BodyLimit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "corrigenda.web.refusals.NoteRefusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "corrigenda.web.htmx.SignInAgain",
    "corrigenda.web.browsers.KnowBrowsers",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "corrigenda.web.languages.language_names",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

_SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    # What is deleted is overwritten: by itself SQLite only forgets where it stands.
    "PRAGMA secure_delete=ON;",
}


def _database() -> dict[str, Any]:
    url = OPTIONS.database_url.get_secret_value()
    make_private_folder(OPTIONS.data_dir)
    if not url:
        file = OPTIONS.data_dir / "corrigenda.sqlite3"
        make_private_database(file)
        url = f"sqlite:///{file.resolve()}"
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = _SQLITE_OPTIONS
        # A file, not memory: the tests of several threads and processes must see one database.
        database["TEST"] = {"NAME": str(OPTIONS.data_dir.resolve() / "test.sqlite3")}
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "corrigenda.Member"
# One alone: Django asks the next one where the first says no, and each computes a hash.
AUTHENTICATION_BACKENDS = ["corrigenda.accounts.backend.DeskBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "corrigenda.accounts.passwords.NotTooLong"},
    {"NAME": "corrigenda.accounts.passwords.NotCommon"},
    {"NAME": "corrigenda.accounts.passwords.NotOfThisDesk"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "corrigenda.accounts.signin.ClosedSignup"
ACCOUNT_FORMS = {
    "login": "corrigenda.accounts.forms.SignInForm",
    "change_password": "corrigenda.accounts.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
# allauth counts in the cache, which loses what it holds; corrigenda/accounts/counting.py does not.
ACCOUNT_RATE_LIMITS = False
# A cache forgets at any time, and strangers can make it forget. Nothing is kept in one, so there is none.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

LANGUAGE_CODE = OPTIONS.language
LANGUAGES = [
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("uk", "Українська"),
]
DESK_LANGUAGES = ["en", "uk"]  # the newsroom's own pages; readers have all of the above
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "corrigenda.config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = OPTIONS.time_zone

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package itself: nothing is collected
WHITENOISE_ALLOW_ALL_ORIGINS = True  # the widget's modules are imported from the publishers' origins
WHITENOISE_MAX_AGE = 300
# By itself it names the charset of text/* alone.
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}
DATA_UPLOAD_MAX_MEMORY_SIZE = OPTIONS.report_bytes

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = OPTIONS.mail_host
EMAIL_PORT = OPTIONS.mail_port
EMAIL_HOST_USER = OPTIONS.mail_user
EMAIL_HOST_PASSWORD = OPTIONS.mail_password.get_secret_value()
EMAIL_USE_TLS = OPTIONS.mail_security == "starttls"
EMAIL_USE_SSL = OPTIONS.mail_security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = OPTIONS.mail_from

# Browsers take a cookie with this prefix from https alone, for this very host and all its paths (RFC 6265bis,
# 4.1.3.2): a page of a neighbouring host cannot plant one.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "corrigenda.accounts.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # unless the member asked to stay signed in
SESSION_COOKIE_AGE = round(OPTIONS.kept_session_days * 86_400)
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True  # the desk's pages hold the token: no script reads the cookie
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "corrigenda.web.messages.HostMessages"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = OPTIONS.hsts_subdomains
# TLS ends at the proxy: without its word for it no request would count as https, and HSTS would never be
# sent. web/forwarding.py drops the header where it does not come from a trusted proxy.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LINE = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"  # the time in UTC
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "corrigenda.web.logs.OneLine", "format": LINE}},
    "filters": {"wrong_host": {"()": "corrigenda.web.log_limits.WrongHostOnce"}},
    "handlers": {"console": {"class": "corrigenda.web.log_limits.BoundedLines", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # What these say in passing holds the addresses of readers.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("httpcore", "imapclient", "mail")},
        "flufl": {"level": "CRITICAL"},
        # By itself forty lines for each request to a wrong host, which anybody may send in any number.
        "django.security.DisallowedHost": {"filters": ["wrong_host"]},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
