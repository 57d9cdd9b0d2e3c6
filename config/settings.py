"""Brook's settings: one file, everything from the environment. docs/settings.md describes each variable."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import re
import secrets
import socket
import sys
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from environs import Env, EnvError, validate

from accounts.kept import read_or_make
from config import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
# As those who speak them call them; complete in locale/, see docs/languages.md.
LANGUAGES = [("en", "English"), ("ar", "العربية"), ("ja", "日本語")]

env = Env()


def stop(message: str) -> None:
    """End the start with one readable line instead of a traceback."""
    sys.exit(f"brook: wrong setting: {message}")


def secret_key(data: Path) -> str:
    """The key from the environment, a file named there, or one made once and kept in the data folder."""
    if key := env.str("BROOK_SECRET_KEY", ""):
        return key
    path = Path(env.str("BROOK_SECRET_KEY_FILE", "") or data / "secret")
    return read_or_make(path, lambda: secrets.token_urlsafe(50).encode()).decode().strip()


def own_hosts(host: str) -> list[str]:
    """What this machine is called without any setting; where HOST opens it to the network, its addresses too."""
    names = ["localhost", "127.0.0.1", "[::1]", ".localhost"]
    if host not in {"", "127.0.0.1", "localhost", "::1"}:
        names += [host, socket.gethostname(), f"{socket.gethostname()}.local"]
        try:
            names += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.connect(("192.0.2.1", 9))  # sends nothing: it only makes the kernel choose our address
                names.append(probe.getsockname()[0])
        except OSError:
            pass
    return names


def s3_client() -> Any:
    """How boto3 asks the store: left alone it tries for minutes, with a request of somebody's waiting for it."""
    from botocore.config import Config  # there with an S3 store alone

    return Config(
        connect_timeout=3,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=50,
        # Sums that follow the body are Amazon's own: other stores refuse them, or take them for a part of the file.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


try:
    DATA = Path(env.str("BROOK_DATA", "") or BASE_DIR / "data").resolve()
    DEBUG = env.bool("BROOK_DEBUG", False)
    HOST = env.str("HOST", "127.0.0.1")
    PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
    SECRET_KEY = secret_key(DATA)
    ALLOWED_HOSTS = env.list("BROOK_ALLOWED_HOSTS", None) or own_hosts(HOST)
    BASE_URL = env.str("BROOK_BASE_URL", "").rstrip("/")
    PASSKEY_DOMAIN = env.str("BROOK_PASSKEY_DOMAIN", "").lower()
    CORS_ALLOWED_ORIGINS: list[str] = env.list("BROOK_CORS_ORIGINS", [])
    TRUSTED_PROXIES = env.int("BROOK_TRUSTED_PROXIES", 0, validate=validate.Range(0, 10))
    LANGUAGE_CODE = env.str("BROOK_LANGUAGE", "en", validate=validate.OneOf([code for code, _name in LANGUAGES]))
    SIGNUP = env.str("BROOK_SIGNUP", "open", validate=validate.OneOf(["open", "invite", "closed"]))
    DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{DATA / 'brook.sqlite3'}"
    REDIS_URL = env.str("REDIS_URL", "")
    LOG_LEVEL = env.str("BROOK_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    LOG_FORMAT = env.str("BROOK_LOG_FORMAT", "text" if DEBUG or sys.stderr.isatty() else "json")
    RECEIPTS = env.bool("BROOK_RECEIPTS", True)
    RECEIPT_DAYS = env.int("BROOK_RECEIPT_DAYS", 90, validate=validate.Range(1, 3650))
    RETENTION_DAYS = env.int("BROOK_RETENTION_DAYS", 7, validate=validate.Range(1, 3650))
    ACCESS_TOKEN_MINUTES = env.int("BROOK_ACCESS_TOKEN_MINUTES", 15, validate=validate.Range(1, 1440))
    REFRESH_TOKEN_DAYS = env.int("BROOK_REFRESH_TOKEN_DAYS", 30, validate=validate.Range(1, 365))
    DEMO = env.bool("BROOK_DEMO", True)
    UPLOAD_MB = env.int("BROOK_UPLOAD_MB", 25, validate=validate.Range(1, 10_000))
    QUOTA_MB = env.int("BROOK_QUOTA_MB", 1024, validate=validate.Range(1, 10_000_000))
    IMAGE_MEGAPIXELS = env.int("BROOK_IMAGE_MEGAPIXELS", 50, validate=validate.Range(1, 500))
    LINK_PREVIEWS = env.bool("BROOK_LINK_PREVIEWS", True)
    LINK_PREVIEW_HOSTS: list[str] = env.list("BROOK_LINK_PREVIEW_HOSTS", [])
    ACCEL_LOCATION = env.str("BROOK_ACCEL_LOCATION", "").rstrip("/")
    S3_BUCKET = env.str("BROOK_S3_BUCKET", "")
    S3_ENDPOINT = env.str("BROOK_S3_ENDPOINT", "")
    S3_REGION = env.str("BROOK_S3_REGION", "")
    # How often, and how much of it at once (accounts.limits); 0 = no limit.
    LIMITS = {
        "sends": env.str("BROOK_LIMIT_SENDS", "20/s burst 200"),
        "writes": env.str("BROOK_LIMIT_WRITES", "30/s burst 300"),
        "reads": env.str("BROOK_LIMIT_READS", "60/s burst 600"),
        "search": env.str("BROOK_LIMIT_SEARCH", "5/s burst 30"),
        "uploads": env.str("BROOK_LIMIT_UPLOADS", "2/s burst 60"),
        "streams": env.str("BROOK_LIMIT_STREAMS", "60/m"),
        "polls": env.str("BROOK_LIMIT_POLLS", "120/m"),
        "registrations": env.str("BROOK_LIMIT_REGISTRATIONS", "30/m"),
        "logins": env.str("BROOK_LIMIT_LOGINS", "1/m burst 10"),
        "forgotten": env.str("BROOK_LIMIT_FORGOTTEN", "5/m burst 10"),
        "mails": env.str("BROOK_LIMIT_MAILS", "6/h burst 3"),
        "two_factor": env.str("BROOK_LIMIT_TWO_FACTOR", "1/m burst 10"),
        "login_address": env.str("BROOK_LIMIT_LOGIN_ADDRESS", "20/m burst 100"),
        # Of new accounts (moderation.automatic).
        "new_sends": env.str("BROOK_LIMIT_NEW_SENDS", "10/s burst 300"),
        "new_conversations": env.str("BROOK_LIMIT_NEW_CONVERSATIONS", "60/h burst 100"),
        "new_people": env.str("BROOK_LIMIT_NEW_PEOPLE", "100/h burst 200"),
    }
    # From how much on somebody is slowed, and staff are told; 0 = never.
    any_number = validate.Range(0, 1_000_000)
    AUTOMATIC = {
        "new_account_hours": env.int("BROOK_NEW_ACCOUNT_HOURS", 24, validate=any_number),
        "minutes": env.int("BROOK_AUTOMATIC_MINUTES", 10, validate=validate.Range(1, 1440)),
        "repeats_slow": env.int("BROOK_REPEATS_SLOW", 20, validate=any_number),
        "repeats_flag": env.int("BROOK_REPEATS_FLAG", 40, validate=any_number),
        "links_slow": env.int("BROOK_LINKS_SLOW", 20, validate=any_number),
        "links_flag": env.int("BROOK_LINKS_FLAG", 40, validate=any_number),
        "new_links_slow": env.int("BROOK_NEW_LINKS_SLOW", 10, validate=any_number),
        "new_links_flag": env.int("BROOK_NEW_LINKS_FLAG", 20, validate=any_number),
        "signups_flag": env.int("BROOK_SIGNUPS_FLAG", 50, validate=any_number),
    }
    if not env.bool("BROOK_LIMITS", True):
        LIMITS = dict.fromkeys(LIMITS, "0")
        AUTOMATIC = {**dict.fromkeys(AUTOMATIC, 0), "minutes": AUTOMATIC["minutes"]}
    GEOIP = env.str("BROOK_GEOIP", "")
    TAKEOUT_DAYS = env.int("BROOK_TAKEOUT_DAYS", 7, validate=validate.Range(1, 365))
    REQUIRE_TWO_FACTOR_STAFF = env.bool("BROOK_REQUIRE_TWO_FACTOR_STAFF", False)
    STREAMS_PER_PERSON = env.int("BROOK_STREAMS_PER_PERSON", 10, validate=validate.Range(1, 1000))
    MAX_STREAMS = env.int("BROOK_MAX_STREAMS", 20_000, validate=validate.Range(1, 1_000_000))
    PRESENCE = env.bool("BROOK_PRESENCE", True)
    PRESENCE_TTL_S = env.int("BROOK_PRESENCE_TTL_SECONDS", 45, validate=validate.Range(2, 59))
    TYPING = env.bool("BROOK_TYPING", True)
    VAPID_KEY_FILE = Path(env.str("BROOK_VAPID_KEY_FILE", "") or DATA / "vapid.pem")
    PUSH_CONTACT = env.str("BROOK_PUSH_CONTACT", "")
    PUSH_LOOPBACK = env.bool("BROOK_PUSH_LOOPBACK", False)
    KEEP_DIRECT_DAYS = env.int("BROOK_KEEP_DIRECT_DAYS", 0, validate=validate.Range(0, 36500))
    KEEP_GROUP_DAYS = env.int("BROOK_KEEP_GROUP_DAYS", 0, validate=validate.Range(0, 36500))
    REMOVED_DAYS = env.int("BROOK_REMOVED_DAYS", 30, validate=validate.Range(0, 3650))
    SHOW_STAFF_READING = env.bool("BROOK_SHOW_STAFF_READING", False)
    REPORT_HOURS = env.int("BROOK_REPORT_HOURS", 24, validate=validate.Range(1, 8760))
    email_url = env.str("BROOK_EMAIL_URL", "")
    MAIL = bool(email_url)
    mail: dict[str, Any] = {**env.dj_email_url("BROOK_EMAIL_URL", "memory://")}
    DEFAULT_FROM_EMAIL = env.str("BROOK_EMAIL_FROM", "")
    METRICS_TOKEN = env.str("BROOK_METRICS_TOKEN", "")
    POOL_SIZE = env.int("BROOK_POOL_SIZE", 20, validate=validate.Range(2, 500))
    if not DATABASE_URL.startswith(("postgres://", "postgresql://", "sqlite:///")):
        stop(f"DATABASE_URL must begin with postgres:// or sqlite:///, not {DATABASE_URL.split(':')[0]!r}")
    database: dict[str, Any] = {**dj_database_url.parse(DATABASE_URL)}
except (EnvError, ValueError, OSError) as error:
    stop(str(error))

for scope, rate in LIMITS.items():
    if not re.fullmatch(r"0|[1-9]\d{0,8}/[smhd]( burst [1-9]\d{0,8})?", rate):
        stop(f"BROOK_LIMIT_{scope.upper()} must be 0 or look like 20/s or 30/m burst 100, not {rate!r}")
if LOG_FORMAT not in {"json", "text"}:
    stop(f"BROOK_LOG_FORMAT must be json or text, not {LOG_FORMAT!r}")
if BASE_URL and not BASE_URL.startswith(("http://", "https://")):
    stop("BROOK_BASE_URL must begin with http:// or https://")
if PASSKEY_DOMAIN and not f".{urlsplit(BASE_URL).hostname or ''}".endswith(f".{PASSKEY_DOMAIN}"):
    stop(f"BROOK_PASSKEY_DOMAIN must be the host of BROOK_BASE_URL or a domain above it, not {PASSKEY_DOMAIN!r}")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    stop(f"REDIS_URL must begin with redis://, rediss:// or unix://, not {REDIS_URL.split(':')[0]!r}")
if S3_BUCKET and ACCEL_LOCATION:
    stop("BROOK_ACCEL_LOCATION is for files in a folder, and BROOK_S3_BUCKET says that they are elsewhere")
if S3_BUCKET and importlib.util.find_spec("storages") is None:
    stop("BROOK_S3_BUCKET needs the packages of requirements/s3.txt")
HTTPS = BASE_URL.startswith("https://")
if PUSH_CONTACT and not re.fullmatch(r"mailto:[^@\s]+@\S+|https://\S+", PUSH_CONTACT):
    stop("BROOK_PUSH_CONTACT must begin with mailto: or https://")
if MAIL and not re.match(r"(smtp|submission)://[^/?]|console:", email_url):
    stop("BROOK_EMAIL_URL must begin with smtp:// or submission://")
if MAIL and not BASE_URL:
    stop("BROOK_EMAIL_URL needs BROOK_BASE_URL: mails have links in them")
PUSH_CONTACT = PUSH_CONTACT or (BASE_URL if HTTPS else "mailto:brook@localhost")

# --- mail -------------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = mail["EMAIL_HOST"] or "localhost", mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_USER"] or "", mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or f"Brook <brook@{urlsplit(BASE_URL).hostname or 'localhost'}>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILS = {  # what makes each kind of them
    "verify": "accounts.mails.verify",
    "forgotten": "accounts.mails.forgotten",
    "reset": "accounts.mails.reset",
    "passkey": "accounts.mails.passkey",
    "digest": "notifications.digests.digest",
}

# --- applications -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "daphne",  # makes runserver speak ASGI; must stand before staticfiles
    "config",
    "moderation",
    "notifications",
    "presence",
    "chat",
    "accounts",
    "realtime",
    "config.office.OfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "config.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionRowMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.AdministrationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivateMiddleware",
    "config.middleware.CompressedPagesMiddleware",
    "config.middleware.ConditionalMiddleware",
    "accounts.middleware.TooOftenMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
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
            ],
        },
    },
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LimitedBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
SIGNUP_INVITE = "chat.actions.invites.admit_invited"  # whether an invite lets somebody sign up
# What becomes of an account that is deleted: in its transaction, and in the worker, again until it goes through.
ACCOUNT_DELETED = ["chat.actions.departing.forget", "notifications.actions.departing.forget"]
ACCOUNT_DEPARTED = ["chat.actions.departing.take_out", "notifications.actions.departing.take_out"]
# Whether a text, a message, turning to somebody new is all right: what automatic help and the blocked words say.
SCREEN_TEXT = "moderation.automatic.screening.screen_text"
SCREEN_MESSAGE = "moderation.automatic.screening.screen_message"
SCREEN_OPENING = "moderation.automatic.screening.screen_opening"
BLOCK_CHANGED = "presence.actions.tell_of_block"  # whom a block, or its end, lets see another presence
# What is in the file with all that a person has here.
TAKEOUT = ["accounts.takeout.parts", "chat.takeout.parts", "notifications.takeout.parts"]
PAGE_STATE = "chat.pages.page_state"  # what a signed-in page carries, for apps below chat
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database ---------------------------------------------------------------------------------------------------------
if database["ENGINE"] == "django.db.backends.postgresql":
    database["ENGINE"] = "config.postgres"
    database["CONN_MAX_AGE"] = 0  # the pool keeps the connections; Django refuses both
    database["OPTIONS"] = {
        **database.get("OPTIONS", {}),
        "prepare_threshold": 3,
        "pool": {"min_size": 2, "max_size": POOL_SIZE, "timeout": 0.25, "max_idle": 120},
        "connect_timeout": 3,
        # A network that loses everything tells nobody: without these a request would wait for a quarter of an hour.
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        # For a server's requests; a migration may take as long as it needs (see `serve`). Who is cut off in the middle
        # of a transaction loses its locks sooner than those who wait for them give up.
        "options": "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=4s",
    }
else:
    database["CONN_MAX_AGE"] = None  # each thread keeps its own: opening one costs more than most requests
    database["TEST"] = {"NAME": DATA / "test.sqlite3"}  # a file: tests use it from several threads
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # DEFERRED lost 338 of 1,200 concurrent transactions to "database is locked"
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
DATABASES: dict[str, dict[str, Any]] = {"default": database}

# --- realtime ---------------------------------------------------------------------------------------------------------
# The pub/sub layer: with redis-py 8 the other one loses idle receivers after 5 s (channels_redis #422).
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_connect_timeout": 1}], "prefix": "brook"},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
REALTIME = {
    "VERSION": VERSION,
    "INIT": "chat.serializers.stream_init",
    "CONVERSATION": "chat.streams.enter",
    "TICKETS": "accounts.tickets.TicketAuthentication",
    "SESSIONS_ENDED": "accounts.models.sessions_ended_since",
    "HANDED_OVER": "chat.actions.note_handed_over",
    "HANDED_OVER_TYPES": ["message.created"],
    "RETENTION_DAYS": RETENTION_DAYS,
    "READERS": ["notifications"],  # in the worker: the log is not pruned beyond any of them
    "STREAMS_PER_PERSON": STREAMS_PER_PERSON,
    "MAX_STREAMS": MAX_STREAMS,
    "EPOCH_FILE": DATA / "log.epoch",  # how far the log had come: on SQLite it lies beside the database
    "USERS_ONLINE": "presence.reading.online_count",
    "FIGURES": REDIS_URL,
    "WATCHERS": [
        "accounts.streams.SessionTouches",
        "notifications.deliveries.Deliveries",
        *(["presence.board.Board"] if PRESENCE else []),
        *(["presence.typists.Typists"] if TYPING else []),
    ],
    # What a stream's request passes; the rest is for pages.
    "MIDDLEWARE": [
        "config.logs.RequestLogMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "corsheaders.middleware.CorsMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "config.middleware.PrivateMiddleware",
    ],
    "FEATURES": {
        "realtime": True,
        "typing": TYPING,
        "presence": PRESENCE,
        "receipts": RECEIPTS,
        "calls": False,
        "encryption": False,
    },
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- the API ----------------------------------------------------------------------------------------------------------
LIMITS_PREFIX = "brook:limit"  # of the keys in Redis
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["config.json.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.json.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.json.JSONNegotiation",
    "DEFAULT_SCHEMA_CLASS": "config.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttles.Throttle"],
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_HANDLER_CLASS": "config.errors.ExceptionHandler"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Brook",
    "VERSION": VERSION,
    "DESCRIPTION": (
        "Real-time chat over plain HTTP: JSON in and out, events as Server-Sent Events.\n\n"
        "To try it here: `POST /api/auth/token` with user name and password, then *Authorize* with the `access` token. "
        "Whoever is logged in in this browser can try it with their cookie, without more."
    ),
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {  # where fields of one name differ
        "ConversationKindEnum": "chat.models.Kind",
        "ExportStateEnum": "chat.models.ExportState",
        "SentTypeEnum": "chat.serializers.requests.SENT_TYPES",
        "TickEnum": "chat.schemas.TICKS",
        "ReceiptStatusEnum": "chat.models.ReceiptStatus",
        "NotificationTypeEnum": "notifications.models.Type",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.schema.finish"],
}
SIMPLE_JWT = {
    # A key of its own: who learns one of the two cannot forge the other's signatures.
    "SIGNING_KEY": hmac.new(SECRET_KEY.encode(), b"brook.jwt", hashlib.sha256).hexdigest(),
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=ACCESS_TOKEN_MINUTES),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=REFRESH_TOKEN_DAYS),
    "UPDATE_LAST_LOGIN": False,
}
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = [*default_headers, "last-event-id", "x-request-id"]
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-Id"]
CSRF_TRUSTED_ORIGINS = [*CORS_ALLOWED_ORIGINS, *([BASE_URL] if BASE_URL else [])]

# --- safety -----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],  # only Lit's own policy makes HTML; the other names sw.js
        "trusted-types": ["lit-html", "brook-worker"],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = REFRESH_TOKEN_DAYS * 24 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576  # bytes of a request's body; config.asgi refuses more before it is read

# --- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/media/"
UPLOAD_BYTES = UPLOAD_MB * 1_048_576
QUOTA_BYTES = QUOTA_MB * 1_048_576
IMAGE_PIXELS = IMAGE_MEGAPIXELS * 1_000_000
FILE_UPLOAD_HANDLERS = ["config.limits.LimitUpload", "django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144  # of a request's body; what is larger waits in a temporary file
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",  # its keys: AWS_ACCESS_KEY_ID and the like, which boto3 reads
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT or None,
            "region_name": S3_REGION or None,
            "default_acl": None,  # as private as the bucket
            "file_overwrite": True,  # names are random: asking first whether one is taken costs a request
            "max_memory_size": 1_048_576,  # of a file while it is read; the rest waits in a temporary file
            "client_config": s3_client(),
        },
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.LeanStorage"},
}
WHITENOISE_USE_FINDERS = True  # without `collectstatic` the files are served from where they lie
warnings.filterwarnings("ignore", "No directory at", UserWarning)
# WhiteNoise hands files to ASGI as plain iterators: they are small, and a proxy serves them where it matters.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators", Warning)

LOGGING = logs.config(level=LOG_LEVEL, as_json=LOG_FORMAT == "json")
