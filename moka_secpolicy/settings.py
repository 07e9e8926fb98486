"""All settings, in one file. Every value that differs between places comes from an environment variable.

`MOKA_ENV=production` turns the embedded servers off and makes DATABASE_URL, REDIS_URL, SECRET_KEY, ALLOWED_HOSTS,
EMAIL_HOST, MAIL_FROM, PORTAL_URL and MFA_ENCRYPTION_KEYS compulsory; start-up stops with the name of what is missing.
docs/manual/operations.md lists them all.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts import servers
from common.wareki import DateStyle

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MOKA_VAR", BASE_DIR / "var"))
env = environ.Env()

MOKA_ENV = env("MOKA_ENV", default="development")
if MOKA_ENV not in ("development", "production"):
    raise ImproperlyConfigured(f"MOKA_ENV must be development or production, not {MOKA_ENV!r}.")
PRODUCTION = MOKA_ENV == "production"


def required_in_production(name: str) -> str:
    """Return the environment variable `name`, "" when it is unset in development; production refuses to start."""
    value: str = env(name, default="")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"Set {name}: in production nothing is started or made up in its place.")
    return value


def development_secret_key() -> str:
    """Return this working copy's own secret key, made at the first start and kept in var/."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        draft.rename(path)
    return path.read_text()


DEBUG = False
SECRET_KEY = required_in_production("SECRET_KEY") or development_secret_key()
ALLOWED_HOSTS = [host.strip() for host in required_in_production("ALLOWED_HOSTS").split(",") if host.strip()]
if not ALLOWED_HOSTS:
    if PRODUCTION:
        raise ImproperlyConfigured("ALLOWED_HOSTS names no host.")
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_IS_DEMO = not PRODUCTION

# --- The database: the portal works as a role that owns nothing; migrations run as the owner ---------------------
_app_url, _owner_url = required_in_production("DATABASE_URL"), env("DATABASE_OWNER_URL", default="")
if not _app_url:
    import devservers

    _app_url, _owner_url = devservers.database_urls()


def postgresql(url: str) -> dict[str, object]:
    """Return Django's description of the PostgreSQL database at `url`."""
    described = environ.Env.db_url_config(url)
    return {
        **described,
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **described.get("OPTIONS", {})},
    }


DATABASES = {"default": postgresql(_app_url)}
if _owner_url or not PRODUCTION:
    DATABASES["owner"] = postgresql(_owner_url or _app_url)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The broker: it only rings the bell, the database row is the job ----------------------------------------------
REDIS_URL = required_in_production("REDIS_URL")
if not REDIS_URL:
    import devservers

    REDIS_URL = devservers.redis_url()
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "global_keyprefix": env("REDIS_PREFIX", default="moka:"),
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"reports.build_sheet": {"queue": "pdf"}, "notices.send_mails": {"queue": "mail"}}
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- What the portal is made of ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "common",
    "audit",
    "staff",
    "notices",
    "policies",
    "training",
    "assets",
    "reports",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "common.request_context.RequestContextMiddleware",
    "common.headers.SafeHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionLifetimeMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "accounts.gates.GateMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.reauthentication.ReauthenticationMiddleware",
    "common.errors.ButtonAddressMiddleware",
    "common.errors.RefusedMiddleware",
]
ROOT_URLCONF = "moka_secpolicy.urls"
WSGI_APPLICATION = "moka_secpolicy.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "staff.context.portal",
                "accounts.context.session_time",
                "accounts.context.second_factor",
                "accounts.context.single_sign_on",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "dads"
CRISPY_TEMPLATE_PACK = "dads"

# --- Sign-in -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.Staff"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmployedStaffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", default=15)
PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR = env.int("PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR", default=8)
PASSWORD_CONTEXT_WORDS = env.list(
    "PASSWORD_CONTEXT_WORDS",
    default=[
        *("真岡市", "真岡", "もおか", "もうか", "栃木", "とちぎ", "moka", "mooka", "mohka", "tochigi"),
        *("情報セキュリティ", "情報政策", "セキュリティ", "ポリシー", "ポータル", "パスワード", "市役所"),
        *("security", "policy", "portal", "password", "cityhall"),
    ],
)
PASSWORD_LINK_HOURS = env.int("PASSWORD_LINK_HOURS", default=72)
PASSWORD_RESET_TIMEOUT = PASSWORD_LINK_HOURS * 60 * 60
TEMPORARY_PASSWORD_DAYS = env.int("TEMPORARY_PASSWORD_DAYS", default=14)
THROTTLE_FREE_TRIES = env.int("THROTTLE_FREE_TRIES", default=5)
THROTTLE_FIRST_WAIT_SECONDS = env.int("THROTTLE_FIRST_WAIT_SECONDS", default=30)
THROTTLE_LONGEST_WAIT_SECONDS = env.int("THROTTLE_LONGEST_WAIT_SECONDS", default=15 * 60)
THROTTLE_WINDOW_SECONDS = env.int("THROTTLE_WINDOW_SECONDS", default=60 * 60)
THROTTLE_ADDRESS_FAILURES = env.int("THROTTLE_ADDRESS_FAILURES", default=1000)
ATTEMPTS_KEEP_DAYS = env.int("ATTEMPTS_KEEP_DAYS", default=90)
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordForm",
    "reset_password_from_key": "accounts.forms.FirstPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "employee_number"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.links.LinkTokens"  # noqa: S105
# Passwords are throttled by accounts/throttle.py. These count in the cache: `login_failed` passkeys after a password,
# and the page of a one-time link so high that 500 people behind one address may open it in the same minute.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/5m/key", "reset_password_from_key": "600/m/ip"}
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
MFA_ADAPTER = "accounts.factors.FactorsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.forms_factors.CodeForm",
    "reauthenticate": "accounts.forms_factors.CodeAgainForm",
    "activate_totp": "accounts.forms_factors.AppForm",
    "add_webauthn": "accounts.forms_passkeys.NewPasskeyForm",
    "edit_webauthn": "accounts.forms_passkeys.PasskeyNameForm",
    "authenticate_webauthn": "accounts.forms_passkeys.PasskeyForm",
    "login_webauthn": "accounts.forms_passkeys.PasskeySignInForm",
    "reauthenticate_webauthn": "accounts.forms_passkeys.PasskeyAgainForm",
}
# Who must have a second factor: nobody in the demonstration. Of the keys, parted by commas, the first encrypts and all
# decrypt (accounts/factor_secrets.py).
MFA_REQUIRED_ROLES = {
    role.strip()
    for role in env.list("MFA_REQUIRED_ROLES", default=["officer", "ciso", "administrator"] if PRODUCTION else [])
}
if unknown := MFA_REQUIRED_ROLES - {"officer", "ciso", "auditor", "administrator"}:
    raise ImproperlyConfigured(f"MFA_REQUIRED_ROLES names roles that do not exist: {', '.join(sorted(unknown))}.")
MFA_ENCRYPTION_KEYS = [key for key in required_in_production("MFA_ENCRYPTION_KEYS").split(",") if key] or [SECRET_KEY]
if PRODUCTION and any(len(key) < 32 for key in MFA_ENCRYPTION_KEYS):
    raise ImproperlyConfigured("Each key of MFA_ENCRYPTION_KEYS needs at least 32 characters.")
REAUTHENTICATION_SECONDS = ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_SECONDS", default=300)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=9 * 60 * 60)
SESSION_WARNING_SECONDS = env.int("SESSION_WARNING_SECONDS", default=5 * 60)
UNUSED_ACCOUNT_DAYS = env.int("UNUSED_ACCOUNT_DAYS", default=90)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "moka_secpolicy.views.form_expired"

# --- Single sign-on: none unless a server is named; accounts/servers.py reads the variables -------------------------
LDAP = servers.directory(env, production=PRODUCTION)
if LDAP:
    AUTHENTICATION_BACKENDS.insert(0, "accounts.ldap.DirectoryBackend")
OIDC = servers.provider(env, production=PRODUCTION)
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_UID_MAX_LENGTH = 191

# --- Headers -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *(OIDC.form_origins if OIDC else ())],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
PERMISSIONS_POLICY |= {f"publickey-credentials-{what}": ["self"] for what in ("create", "get")}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CLIENT_ADDRESS_HEADER = env("CLIENT_ADDRESS_HEADER", default="")
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- Language, time and the facts of the organisation --------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
FISCAL_YEAR_FIRST_MONTH = 4
CITY_NAME = env("CITY_NAME", default="真岡市")
DATE_STYLE = env("DATE_STYLE", default=DateStyle.ERA_FIRST.value)
if DATE_STYLE not in list(DateStyle):
    raise ImproperlyConfigured(f"DATE_STYLE must be one of {', '.join(DateStyle)}, not {DATE_STYLE!r}.")

# --- Files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
FILES_DIR = Path(env("FILES_DIR", default=str(VAR_DIR / "files")))
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- How long each kind of record is kept; None is for ever. The auditors' page is made of this, docs/manual/logs.md
# --- says the same, and the cleaning follows it ------------------------------------------------------------------
UPLOADS_KEPT = timedelta(hours=9)
RETENTION: dict[str, timedelta | None] = {
    "events": None,
    "deliveries": None,
    "sheet_builds": None,
    "attempts": timedelta(days=ATTEMPTS_KEEP_DAYS),
    "sessions": timedelta(seconds=SESSION_ABSOLUTE_SECONDS),
    "uploads": UPLOADS_KEPT,
}

# --- Mail: about one's own account straight out, all else by the worker ----------------------------------------------
EMAIL_HOST = required_in_production("EMAIL_HOST") or "127.0.0.1"
EMAIL_PORT = env.int("EMAIL_PORT", default=25 if PRODUCTION else 8025)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
MAIL_FROM = required_in_production("MAIL_FROM") or "portal@moka.example"
PORTAL_URL = required_in_production("PORTAL_URL") or "http://127.0.0.1:8000"
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=120)
MAIL_RETRY_SECONDS = env.int("MAIL_RETRY_SECONDS", default=60)
MAIL_MAX_ATTEMPTS = 6

# --- Sheet builds --------------------------------------------------------------------------------------------------
SHEET_LEASE_SECONDS = env.int("SHEET_LEASE_SECONDS", default=180)
SHEET_MAX_ATTEMPTS = 3
SHEET_RING_AGAIN_SECONDS = env.int("SHEET_RING_AGAIN_SECONDS", default=30)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "common.request_context.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "weasyprint.progress": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
