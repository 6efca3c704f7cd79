"""All settings, in one file, read from the environment (.env.example explains each).

Without DATABASE_URL the portal is a demonstration on the embedded server: nothing needs setting.
With it, the portal is in production and refuses to start without what it must be told.
"""

import ipaddress
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from accounts import allauth_settings
from accounts.allauth_settings import *  # noqa: F403 - what nobody sets
from rus_portal import postgres
from rus_portal.browser_policies import CONTENT_SECURITY_POLICY, SECURE_REFERRER_POLICY  # noqa: F401 - for libraries
from rus_portal.demo_secrets import get_demo_secret, make_signing_key
from rus_portal.environment import BASE_DIR, env, is_demo
from rus_portal.operations.logs import build_logging
from rus_portal.template_settings import *  # noqa: F403 - what nobody sets

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
"""The folder of what a running portal writes. All else may be read-only."""
BUILD_DIR = Path(env.str("BUILD_DIR", default=str(BASE_DIR / "build")))
"""The folder of what `manage.py prepare` builds: static files and lexicons."""
DATABASE_URL = env.str("DATABASE_URL", default="")
DEMO = is_demo()
"""If true, example content may be loaded, and every page says that it is made up."""

# What runs ------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or (
    get_demo_secret(VAR_DIR / "secret_key", get_random_secret_key) if DEMO else env.str("SECRET_KEY")
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
"""Former secret keys: what they have encrypted or signed is still read."""
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
BASE_URL = env.str("BASE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
"""Where the public finds the site; used in mail, feeds and the site map, without a slash at the end."""
CSRF_TRUSTED_ORIGINS = [BASE_URL]
WEB_PROCESSES = env.int("WEB_PROCESSES", default=2)
"""Processes of the web server; one for each processor core that it may use."""
WEB_THREADS = env.int("WEB_THREADS", default=24)
"""Of each. Most wait for visitors' lines; how many work is said in visitors/places.py."""
REQUEST_SECONDS = env.int("REQUEST_SECONDS", default=10)
"""How long a public page may take. After that its visitor is asked to come back."""
LONG_REQUEST_SECONDS = env.int("LONG_REQUEST_SECONDS", default=120)
"""How long pages of the admin, what is sent to us and large files may take."""
SEARCHES_AT_ONCE = env.int("SEARCHES_AT_ONCE", default=2)
"""Searches that a process of the server does at once: fewer than it works at, since others come meanwhile."""
PASSWORD_HASHES_AT_ONCE = env.int("PASSWORD_HASHES_AT_ONCE", default=1)
"""Passwords that a process checks at once: each takes a quarter of a second of a processor core."""
WEB_MEMORY_AT_MOST = env.int("WEB_MEMORY_AT_MOST", default=400)
"""Megabytes that a process of the server may take before another one takes its place."""
ROOT_URLCONF = "rus_portal.urls"
WSGI_APPLICATION = "rus_portal.wsgi.application"
INSTALLED_APPS = [
    "modeltranslation",  # before admin, whose classes it wraps
    "rus_portal.apps.PortalConfig",
    "rus_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "js_asset",
    "django_prose_editor",
    "jobs",
    "files",
    "language",
    "visitors",
    "mailroom",
    "registry",
    "publishing",
    "contacts",
    "documents",
    "news",
    "strategy",
    "indicators",
    "actionplans",
    "funding",
    "followup",
    "search",
    "accounts",
]
MIDDLEWARE = [
    "rus_portal.request_ids.identify_request",
    "rus_portal.operations.access_log.log_answers",
    "rus_portal.operations.answer_metrics.count_answers",
    "rus_portal.deadlines.LimitTime",
    "rus_portal.browser_policies.declare_policies",  # before all that may answer, static files and errors too
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "visitors.troubles.note_proxy_trouble",
    "django.middleware.security.SecurityMiddleware",
    "visitors.downloads.limit_downloads",
    "rus_portal.middleware.read_parameters",
    "visitors.turnstiles.LimitSearches",
    "rus_portal.middleware.compress_responses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rus_portal.bodies.read_whole_bodies",
    "language.middleware.normalize_input",  # before all that reads cookies, parameters or forms
    "rus_portal.unavailable.Unavailable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "rus_portal.middleware.language_from_path",
    "django.middleware.common.CommonMiddleware",
    "rus_portal.middleware.PublicMethods",
    "visitors.large_bodies.LargeBodies",  # before all that reads forms
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.limit_sessions",
    "accounts.middleware.log_exports",
    "accounts.middleware.RequireSecondFactor",
    "publishing.middleware.RedirectMoved",
    "rus_portal.page_cache.PageCache",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Database -------------------------------------------------------------------------------------------
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    DATABASE_OWNER = env.db_url_config(env.str("DATABASE_OWNER_URL", default=DATABASE_URL))
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": env.str("POSTGRES_DATABASE", default=postgres.DATABASE),
            "USER": postgres.APPLICATION,
            "HOST": str(postgres.get_socket_directory()),
        },
    }
    DATABASE_OWNER = {"USER": postgres.OWNER, "PASSWORD": ""}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] = postgres.PATIENCE | DATABASES["default"].get("OPTIONS", {})
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Solved challenges must be remembered for a day; at the 300 of the default they would soon be forgotten.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

PAGE_CACHE = env.bool("PAGE_CACHE", default=True)
"""Cache rendered public pages in memory. If off, every page is rendered anew."""

# Language and time ----------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
"""Also the language of what staff get, whoever causes it: notices, notes on files, titles in the register."""
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "sv"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("sv",)
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
FORMAT_MODULE_PATH = ["rus_portal.formats"]

# Files ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BUILD_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = VAR_DIR / "documents"
PRIVATE_ROOT = VAR_DIR / "private"
"""Files sent to the authority. They have no address; only the registry's views read them."""
LEXICON_DIR = BUILD_DIR / "lexicon"
"""The folder of the packed lexicons of the search."""

S3_BUCKET = env.str("S3_BUCKET", default="")
"""The bucket of public documents, in any S3 service. Without it files are kept in local folders."""
S3_PUBLIC_ENDPOINT = env.str("S3_PUBLIC_ENDPOINT", default="")
"""The visitors' address of the S3 service. If set, downloads redirect there, to addresses valid for one minute."""


def _local_storage(folder: Path) -> dict[str, object]:
    closed = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}  # see rus_portal/file_modes.py
    return {"BACKEND": "files.local.LocalStorage", "OPTIONS": {"location": str(folder), **closed}}


def _s3_storage(kind: str, bucket: str, prefix: str, **options: str) -> dict[str, object]:
    given = {
        "bucket_name": bucket,
        "endpoint_url": env.str("S3_ENDPOINT", default=None),
        "access_key": env.str("S3_KEY"),
        "secret_key": env.str("S3_SECRET"),
        "region_name": env.str("S3_REGION", default=None),
        "location": prefix,
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
    }
    return {"BACKEND": f"files.s3.{kind}", "OPTIONS": given | options}


FILE_STORAGES = {"local": {"default": _local_storage(MEDIA_ROOT), "private": _local_storage(PRIVATE_ROOT)}}
"""The places where files can be kept, each with a storage of public documents and a private one without addresses."""
if S3_BUCKET:
    # A separate bucket: no policy that opens the public one can open files sent to the authority.
    S3_PRIVATE_BUCKET = env.str("S3_PRIVATE_BUCKET")
    if S3_PRIVATE_BUCKET == S3_BUCKET:
        raise ImproperlyConfigured("S3_PRIVATE_BUCKET must name another bucket than S3_BUCKET (see .env.example).")
    FILE_STORAGES["s3"] = {
        "default": _s3_storage("PublicS3Storage", S3_BUCKET, "documents", public_endpoint=S3_PUBLIC_ENDPOINT),
        "private": _s3_storage("PrivateS3Storage", S3_PRIVATE_BUCKET, "private"),
    }
FILES_IN = env.str("FILES_IN", default="s3" if S3_BUCKET else "local")
"""The place in use. Only `manage.py move_files` knows the others."""
if FILES_IN not in FILE_STORAGES:
    raise ImproperlyConfigured(f"FILES_IN is {FILES_IN}, but can be local, or s3 where S3_BUCKET names a bucket.")
STORAGES = {
    **FILE_STORAGES[FILES_IN],
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Backup ---------------------------------------------------------------------------------------------
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
"""Public keys of age that backups are encrypted to. Without them a backup can be read by everyone who gets at it."""

# Mail -----------------------------------------------------------------------------------------------
if DEMO and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
else:
    vars().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="diariet@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
REGISTRAR_EMAIL = env.str("REGISTRAR_EMAIL", default="registrator@example.org")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
"""Seconds to wait for the mail server, so that one that stalls does not stop the worker."""
INBOX_URL = env.str("INBOX_URL", default="")
"""The mailbox to read: imaps://user:password@host:993/INBOX. Without it no mail comes in."""
INBOX_TIMEOUT = env.int("INBOX_TIMEOUT", default=10)
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default=DEFAULT_FROM_EMAIL)
"""Answers go here, with the case added after a plus sign. The mailbox of INBOX_URL must receive them."""

# The region -----------------------------------------------------------------------------------------
REGION_NAME = env.str("REGION_NAME", default="Region Västernorrland")
REGION_COUNTY = env.str("REGION_COUNTY", default="Västernorrland")
REGION_SITE_NAME = env.str("REGION_SITE_NAME", default="Utveckling Västernorrland")
REGION_ADDRESS = env.str("REGION_ADDRESS", default="871 85 Härnösand")
REGION_PHONE = env.str("REGION_PHONE", default="0611-00 00 00" if DEMO else "")
"""The switchboard's number, on the page that is shown while the site cannot work."""
REGION_ORGANISATION_NUMBER = env.str("REGION_ORGANISATION_NUMBER", default="232100-0206")
REGION_SERIES = env.str("REGION_SERIES", default="RUS")
"""The code of the number series in which messages are registered, as in `RUS 2026/0042`."""

CLAMD_URL = env.str("CLAMD_URL", default="")
"""The address of ClamAV, such as `tcp://clamav:3310`. Without it files are marked as not checked."""
REGISTRY_ANSWER_DAYS = env.int("REGISTRY_ANSWER_DAYS", default=10)
"""Business days in which a message should be answered (FL 2017:900, 9 §); the registrar can set another day."""
DISCLOSURE_ANSWER_DAYS = env.int("DISCLOSURE_ANSWER_DAYS", default=2)
"""Business days in which a request for a public document should be answered: without delay (TF 2:15, 2:16)."""
REGISTRY_SIGNING_KEY = env.str("REGISTRY_SIGNING_KEY", default="") or (
    get_demo_secret(VAR_DIR / "registry_signing_key", make_signing_key) if DEMO else env.str("REGISTRY_SIGNING_KEY")
)
"""Signs the daily heads of the registry's chain (Ed25519): 32 bytes in base64."""
REGISTRY_FORMER_KEYS = env.list("REGISTRY_FORMER_KEYS", default=[])
"""Public keys, in base64, that heads were signed with before the present key."""

# Statistics ----------------------------------------------------------------------------------------
KOLADA_URL = env.str("KOLADA_URL", default="" if DEMO else "https://api.kolada.se/v3").rstrip("/")
SCB_URL = env.str("SCB_URL", default="" if DEMO else "https://statistikdatabasen.scb.se/api/v2").rstrip("/")

# Whether the worker visits, once a night, the pages of other sites that published texts link to.
CHECK_LINKS = env.bool("CHECK_LINKS", default=not DEMO)
"""The sources of indicator values. If empty, as in a demonstration, nothing is fetched."""

# The contact form -----------------------------------------------------------------------------------
CONTACT_SECONDS_AT_LEAST = env.int("CONTACT_SECONDS_AT_LEAST", default=3)
"""A form sent sooner after it was opened looks like a bot's."""
CONTACT_MESSAGES_PER_HOUR = env.int("CONTACT_MESSAGES_PER_HOUR", default=20)
"""More than this from one network address looks like a bot."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # the form has a lower limit of its own, with a message
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
UPLOAD_AT_MOST = 200 * 2**20
"""Bytes of one file. The proxy's own limit, for the whole request, is a little higher (deploy/Caddyfile)."""
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "rus_portal.uploads.LimitedFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
"""Beside the documents, so that a file is moved there instead of copied, and never in a /tmp that is memory."""
SILENCED_SYSTEM_CHECKS = ["files.E001"]  # it asks for that folder, which the first upload makes (rus_portal/uploads.py)

# In front -------------------------------------------------------------------------------------------
TRUSTED_PROXIES = [ipaddress.ip_network(text.strip()) for text in env.list("TRUSTED_PROXIES", default=[])]
"""The networks of our own proxies. Only these are believed about a visitor's address, and whether he uses HTTPS."""
RATE_LIMITS = {"search": env.int("SEARCHES_PER_MINUTE", default=600), "files": env.int("FILES_PER_MINUTE", default=300)}
"""How often each network may ask for what costs much to answer; 0 for no limit. Many people may share an address."""
SENT_BYTES_PER_HOUR = env.int("SENT_MEGABYTES_PER_HOUR", default=1000) * 2**20  # by the contact forms; 0 for no limit

# Safety ---------------------------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=not DEMO)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]  # subdomains and preloading are the operator's choice
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"  # visitors never get a cookie
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
"""Minutes without a sign of life after which one is logged out. Whoever writes in a form gives one."""
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
"""Hours after which one must log in again whatever one does."""
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, DEVICE_COOKIE_NAME = (
    f"{'__Secure-' if HTTPS else ''}{name}" for name in ("sessionid", "csrftoken", "device")
)
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # they name cases, so no cookie holds them
CSRF_FAILURE_VIEW = "rus_portal.error_pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = ["visitors.turnstiles.LimitedScryptHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.passwords.HardToGuessValidator"},
]
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
"""Days for which the link works by which somebody chooses a password."""
PASSWORD_RESET_TIMEOUT = INVITATION_DAYS * 24 * 60 * 60
ACCOUNT_LOG_DAYS = env.int("ACCOUNT_LOG_DAYS", default=365)
"""Days for which the account log is kept; at least 90, before which the database removes nothing."""

# Who gets in ----------------------------------------------------------------------------------------
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
MFA_REQUIRED_ROLES = env.list("MFA_REQUIRED_ROLES", default=[] if DEMO else ["registrar", "archivist", "administrator"])
"""The roles that must have a second step: an authenticator app, or a passkey. All others may have one."""
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
"""The single sign-on's issuer, such as `https://login.example.org/realms/region`. Without it there is none."""
OIDC_NAME = env.str("OIDC_NAME", default="single sign-on")
OIDC_ROLES_CLAIM = env.str("OIDC_ROLES_CLAIM", default="")
"""The claim that says which roles somebody has. Without it administrators give all roles."""
OIDC_ROLES = env.dict("OIDC_ROLES", default={})
"""The role of each value of that claim."""
OIDC_SECOND_FACTOR = env.list("OIDC_SECOND_FACTOR", default=["mfa"])
"""The values of `amr` or `acr` by which the issuer says that there was a second step; otherwise ours is asked for."""
OIDC_ID = re.sub("[^a-z0-9]+", "-", OIDC_ISSUER.partition("://")[2].lower())[:100]
"""Stands in the address to come back to, and beside each subject: another issuer's subjects are other people."""
SOCIALACCOUNT_PROVIDERS = (
    allauth_settings.describe_single_sign_on(
        OIDC_ID, OIDC_NAME, OIDC_ISSUER, env.str("OIDC_CLIENT_ID"), env.str("OIDC_CLIENT_SECRET")
    )
    if OIDC_ISSUER
    else {}
)

# What browsers may do -------------------------------------------------------------------------------
SECURITY_CONTACTS = env.list("SECURITY_CONTACTS", default=[f"mailto:{REGISTRAR_EMAIL}"])  # for security.txt
SECURITY_POLICY_URL = env.str("SECURITY_POLICY_URL", default="")

# Watching -------------------------------------------------------------------------------------------
LOGGING = build_logging(env.str("LOG_LEVEL", default=""), env.str("LOG_FORMAT", default=""), demo=DEMO, debug=DEBUG)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
"""What programs that watch the portal show, as a bearer token, to read /metrics and the words of /readyz."""
METRICS_DIR = env.str("METRICS_DIR", default=str(VAR_DIR / "metrics"))  # of this node alone: its processes share it
SENTRY_DSN = env.str("SENTRY_DSN", default="")  # where faults are reported; needs requirements-sentry.txt
