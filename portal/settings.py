"""One settings file for every mode; what differs comes from the environment (see .env.example).

MOTCUA_MODE is demo, test or production; absent means production, which refuses to start when something is unsafe.
"""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import env, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.choice("MOTCUA_MODE", ("demo", "test", "production"), "production")
DEBUG = False
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
SECRETS_DIR = Path(env.text("SECRETS_DIR", str(DATA_DIR / "secrets")))

# ── secrets (never defaults in production; the launcher makes them once for demo and test) ──
SECRET_KEY = secrets.read("SECRET_KEY", SECRETS_DIR)
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")
FIELD_KEYS = secrets.fernet_keys("FIELD_KEYS", SECRETS_DIR)  # Fernet keys, the first one encrypts
BLIND_INDEX_KEY = secrets.read("BLIND_INDEX_KEY", SECRETS_DIR)
CHAIN_KEYS = secrets.keyring("CHAIN_KEYS", SECRETS_DIR)  # {key id: key}; the last one signs new events
VNPAY_SECRETS = secrets.several("VNPAY_SECRETS", SECRETS_DIR)  # the first signs; all verify during rotation
SMS_SECRETS = secrets.several("SMS_SECRETS", SECRETS_DIR)
POSTAL_SECRETS = secrets.several("POSTAL_SECRETS", SECRETS_DIR)

# ── the house ──
INSTALLED_APPS = [
    "portal",
    "reports",
    "payments",
    "postal",
    "dossiers",
    "procedures",
    "agencies",
    "accounts",
    "documents",
    "notifications",
    "audit",
    "common",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "portal.observing.observe",  # outermost: it times everything
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.middleware.content_policy",
    "common.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below the headers: static files carry them as well
    "common.middleware.DatabaseOutage",
    "common.middleware.without_zero_characters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.idle_sign_out",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.unwrapped",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "common.context.site",
            ],
            "libraries": {"i18n": "common.templatetags.quick"},  # Django's, its fixed texts kept
            "builtins": ["common.templatetags.loading"],  # Django's, templates named outright looked up once
        },
    }
]

# ── data ──
DATABASES = {"default": env.database("DATABASE_URL")}
if env.choice("MOTCUA_DB_ROLE", ("app", "owner"), "app") == "owner":
    DATABASES["default"] = env.database("OWNER_DATABASE_URL", os.environ.get("DATABASE_URL"))
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
DB_APP_ROLE = env.text("DB_APP_ROLE", "") or str(env.database("DATABASE_URL")["USER"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.address("REDIS_URL", ("redis", "rediss", "unix"))
REDIS_PREFIX = env.text("REDIS_PREFIX", "motcua")
CACHES = {
    "default": {
        "BACKEND": "common.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
        "TIMEOUT": 60,  # the most a value lives, so that no process believes for long what another one has changed
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.3},
    }
}
# Hints of the officers' desk (who has a dossier open): nothing is decided by them, so they may live for half an hour.
CACHES["desk"] = CACHES["default"] | {"KEY_PREFIX": f"{REDIS_PREFIX}:desk", "TIMEOUT": 1800}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# ── work ──
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"  # of the nightly hours in portal/celery.py
CELERY_TASK_DEFAULT_QUEUE = f"{REDIS_PREFIX}.nudges"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# ── people ──
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.PhoneOrNameBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if MODE == "test":
    PASSWORD_HASHERS = ["accounts.hashers.QuickArgon2"]  # the same algorithm with the least work
# The published password of the demonstration opens nothing in production, whatever the database holds.
REFUSED_PASSWORDS = frozenset({"motcua-demo"} if MODE == "production" else ())
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.backends.attempt_name"  # a keyed hash: phones and identity numbers are not kept
AXES_CLIENT_IP_CALLABLE = "accounts.clients.client_ip"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "accounts.views.citizen.locked_out"
AXES_VERBOSE = False
# Lists to choose from and the like may be this old (common/cache.py for_a_moment); tests see every change at once.
MOMENT_SECONDS = 0 if MODE == "test" else 30
IDLE_MINUTES = {"citizen": 30, "officer": 15 if MODE == "production" else 120}
TRUSTED_PROXIES = env.items("TRUSTED_PROXIES")  # addresses whose X-Forwarded-For is believed
HOME_PAGES = {"citizen": "/ho-so/", "business": "/ho-so/", "officer": "/can-bo/"}  # after sign-in without `next`
OTP_MINUTES = 5
SMS_HOURLY_BUDGET = env.integer("SMS_HOURLY_BUDGET", 5000)

# ── language and time ──
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["common.formats"]

# ── files ──
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "ttf")
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
SCANNER = env.choice("SCANNER", ("clamd", "none"), "clamd")
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS", "")  # unix:/path or host:port
SIGNING_KEY_FILE = Path(env.text("SIGNING_KEY_FILE", str(SECRETS_DIR / "signing.pem")))
SEAL_KEY_FILE = env.text("SEAL_KEY_FILE", str(SECRETS_DIR / "seal.pem"))  # {agency}: a file for each agency's seal
# A remote signing service (CSC API v1) in place of both files: its address, and which of its keys.
SIGNING_SERVICE_URL = env.text("SIGNING_SERVICE_URL", "").rstrip("/")
SIGNING_SERVICE_TOKEN = secrets.optional("SIGNING_SERVICE_TOKEN", SECRETS_DIR)
SIGNING_SERVICE_PIN = secrets.optional("SIGNING_SERVICE_PIN", SECRETS_DIR)
SIGNING_CREDENTIAL = env.text("SIGNING_CREDENTIAL", "")
SEAL_CREDENTIAL = env.text("SEAL_CREDENTIAL", "")  # {agency}: a credential for each agency's seal
SIGNING_TRUST_FILE = env.text("SIGNING_TRUST_FILE", "")  # PEM: certificates of earlier keys and of authorities

# ── the province and the outside world ──
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
PROVINCE_CODE = env.text("PROVINCE_CODE", "20")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if MODE != "production" else "")
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
SANDBOX_URL = env.text("SANDBOX_URL", "").rstrip("/")
VNPAY_PAY_URL = env.text("VNPAY_PAY_URL", f"{SANDBOX_URL}/vnpay/paymentv2/vpcpay.html")
VNPAY_API_URL = env.text("VNPAY_API_URL", f"{SANDBOX_URL}/vnpay/merchant_webapi/api/transaction")
VNPAY_TMN_CODE = env.text("VNPAY_TMN_CODE", "DEMOTMN1")
SMS_URL = env.text("SMS_URL", f"{SANDBOX_URL}/sms/v1/messages")
SMS_SENDER = env.text("SMS_SENDER", "MOTCUA")
POSTAL_URL = env.text("POSTAL_URL", f"{SANDBOX_URL}/post/api")
POSTAL_CUSTOMER_CODE = env.text("POSTAL_CUSTOMER_CODE", "MOTCUA-LS")
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", MODE == "production")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "motcua@langson.example")

# What the footer says of the owner of the site (Decree 42/2022); empty values show a placeholder.
SITE_FACTS = {
    name: value
    for name in ("owner", "manager", "responsible", "address", "phone", "email", "hours")
    if (value := env.text(f"SITE_{name.upper()}", ""))
}

# ── headers ──
SILENCED_SYSTEM_CHECKS = [
    *("security.W009", "security.W020", "security.W025"),  # portal.checks says them
    "templates.W003",  # `i18n` of the templates is meant to be ours (TEMPLATES, libraries)
]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if MODE == "production":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside, where there is no TLS
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "form-action": [SELF, *env.items("CSP_FORM_ACTION", env.origin(VNPAY_PAY_URL))],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ── the API (docs/api.md) ──
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.authentication.HasScope"],
    "DEFAULT_SCHEMA_CLASS": "common.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "common.api.problems.handle",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Một Cửa API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
    "APPEND_COMPONENTS": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "mc_…"}},
    },
}
API_CALLS_PER_MINUTE = env.integer("API_CALLS_PER_MINUTE", 300)  # of one token, or of one address without a token
API_DOORS_PER_HOUR = {"register": 30, "token": 120, "track": 20}  # of one address

# ── what can be seen of the running house (docs/operations.md) ──
METRICS_ALLOW = env.items("METRICS_ALLOW")  # addresses or networks that may read /metrics
METRICS_TOKEN = env.text("METRICS_TOKEN", "")  # or a bearer token
LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), "WARNING")
LOG_FORMAT = env.choice("LOG_FORMAT", ("line", "json"), "json" if MODE == "production" else "line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # One line for each request in place of the web server's own log, which holds addresses.
        "portal.requests": {"level": "INFO" if LOG_FORMAT == "json" else LOG_LEVEL},
        # Weasyprint and fontTools report every font table at INFO.
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},  # a traceback for every forged file somebody uploads
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
