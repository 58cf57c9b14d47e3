"""`FLOOR=bare`: no middleware at all. `FLOOR=full`: sessions, CSRF, auth, locale, messages, templates."""

import os

from portal.env import database

FULL = os.environ.get("FLOOR") != "bare"
SECRET_KEY = "the floor keeps no secret"
ALLOWED_HOSTS = ["*"]
USE_TZ, TIME_ZONE, USE_I18N, LANGUAGE_CODE = True, "Asia/Ho_Chi_Minh", True, "vi"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database("OWNER_DATABASE_URL") | {"CONN_MAX_AGE": 600}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                  "django.contrib.messages", "benchmarks.floor"]  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
] if FULL else []  # fmt: skip
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "benchmarks.floor.full" if FULL else "benchmarks.floor.bare"
