"""Settings common to all environments; every value that differs comes from the environment."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from spatial.core import wheels
from webmap.backdrops import read_backdrops

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(os.environ.get("WANMI_STATE_DIR") or BASE_DIR / ".state")
TILE_DIR = STATE_DIR / "tiles"
EXPORT_DIR = STATE_DIR / "exports"
EXPORT_KEEP_D = float(os.environ.get("WANMI_EXPORT_KEEP_D") or 7)
MAPBOOK_FONT = os.environ.get("WANMI_MAPBOOK_FONT", "")
MEDIA_ROOT = STATE_DIR / "photos"
UPLOAD_DIR = STATE_DIR / "uploads"
UPLOAD_KEEP_H = int(os.environ.get("WANMI_UPLOAD_KEEP_H") or 72)
UPLOAD_MAX_MB = int(os.environ.get("WANMI_UPLOAD_MAX_MB") or 4_096)
BATCH_KEEP_D = float(os.environ.get("WANMI_BATCH_KEEP_D") or 90)
READER_MEMORY_MB = int(os.environ.get("WANMI_READER_MEMORY_MB") or 2_048)
READER_IDLE_S = float(os.environ.get("WANMI_READER_IDLE_S") or 300)

KEEP_CONTACT_D = int(os.environ.get("WANMI_KEEP_CONTACT_D") or 180)
KEEP_WORDS_D = int(os.environ.get("WANMI_KEEP_WORDS_D") or 1_095)
KEEP_PHOTOS_D = int(os.environ.get("WANMI_KEEP_PHOTOS_D") or 1_095)
KEEP_TRAILS_D = int(os.environ.get("WANMI_KEEP_TRAILS_D") or 90)
KEEP_WALKS_D = int(os.environ.get("WANMI_KEEP_WALKS_D") or 1_095)
KEEP_PERSONS_D = int(os.environ.get("WANMI_KEEP_PERSONS_D") or 365)
KEEP_ADDRESSES_D = int(os.environ.get("WANMI_KEEP_ADDRESSES_D") or 180)
KEEP_LOOKS_D = int(os.environ.get("WANMI_KEEP_LOOKS_D") or 1_095)
"""Days that personal data stay; what each is about stands in `spatial.privacy.register`."""

PHOTO_FILTER = os.environ.get("WANMI_PHOTO_FILTER", "")
"""Dotted path of a function that gets and gives the bytes of each photo before it is kept."""

wheels.use_bundled_data()
GDAL_LIBRARY_PATH = wheels.gdal_library()
GEOS_LIBRARY_PATH = wheels.geos_library()


def flag(name: str, default: bool) -> bool:
    """A yes/no value of the environment."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


DEBUG = False
SECRET_KEY = os.environ.get("WANMI_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("WANMI_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("WANMI_TRUSTED_ORIGINS", "").split(",") if o]

SITE_URL = os.environ.get("WANMI_SITE_URL", "")
"""The address under which people reach the site, for labels; else that of the request."""

PUBLIC_MAP = flag("WANMI_PUBLIC_MAP", True)
"""Whether the map and its tiles are open to visitors who have not logged in."""

BACKDROPS = read_backdrops(os.environ.get("WANMI_BACKDROPS", ""), os.environ)
"""Maps of others that the map page offers beneath the grids."""

OPEN311_OPEN = flag("WANMI_OPEN311_OPEN", False)
"""Whether programs may report by Open311 without a key; each address then counts as a person."""

SECOND_PERSON_PUBLISHES = flag("WANMI_SECOND_PERSON_PUBLISHES", True)
"""Whether whoever cut or edited a plan may not publish it."""

METRICS_TOKEN = os.environ.get("WANMI_METRICS_TOKEN", "")
METRICS_FROM = [n for n in os.environ.get("WANMI_METRICS_FROM", "").split(",") if n]
"""Who may ask for metrics: whoever brings the token, or comes from these networks."""

SECOND_FACTOR_ROLES = frozenset(
    name.strip() for name in os.environ.get("WANMI_SECOND_FACTOR", "").split(",") if name.strip()
)
"""Roles that may not log in without a second factor."""
OTP_TOTP_ISSUER = "Wanmi"
# Telephones have the right time; a code half a minute old or early is taken, no other.
OTP_TOTP_SYNC = False
# Tries are counted with those of passwords, by address: nobody locks somebody else out.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0

DEMO_LOGINS = False
"""Whether the demo makes log-ins with a password that everybody knows."""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "leaflet",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "spatial.core",
    "spatial.basemap",
    "spatial.notes",
    "spatial.grids",
    "spatial.addresses",
    "spatial.schemes",
    "spatial.components",
    "spatial.cases",
    "spatial.patrol",
    "spatial.opinions",
    "spatial.evaluation",
    "spatial.reports",
    "spatial.privacy",
    "webmap",
]

MIDDLEWARE = [
    "webmap.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "webmap.standing.StandingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "webmap.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "webmap.outside.OutsideMiddleware",
    "webmap.middleware.CodedErrorMiddleware",
]

AUTHENTICATION_BACKENDS = ["spatial.core.backends.RoleBackend"]

ROOT_URLCONF = "webmap.urls"
WSGI_APPLICATION = "webmap.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]


CONNECT_WITHIN_S = 5


def database(address: str) -> dict:
    """Connection settings of a ``postgis://`` or ``postgres://`` address."""
    found = dj_database_url.parse(
        address,
        engine="django.contrib.gis.db.backends.postgis",
        conn_max_age=60,
        conn_health_checks=True,
    )
    # A server that cannot be reached shall cost a thread seconds, not minutes.
    found.setdefault("OPTIONS", {}).setdefault("connect_timeout", CONNECT_WITHIN_S)
    return found


REPLICA_WITHIN_S = 2
READ_ONLY = "-c default_transaction_read_only=on"
REPLICA_LAG_S = float(os.environ.get("WANMI_REPLICA_LAG_S") or 5)
"""How old may be what a replica shows."""


def replica(address: str) -> dict:
    """Connection settings of a copy that only answers; one that is away is given up soon."""
    found = database(address)
    found["OPTIONS"] |= {
        "connect_timeout": REPLICA_WITHIN_S,
        "tcp_user_timeout": 1000 * CONNECT_WITHIN_S,
        "options": READ_ONLY,
    }
    return found | {"TEST": {"MIRROR": "default"}}


REPLICAS = {
    f"replica{n}": replica(address)
    for n, address in enumerate(os.environ.get("WANMI_REPLICA_URL", "").split(","), 1)
    if address
}
"""Copies of the database that PostgreSQL streams, for whoever only reads (`webmap.replicas`)."""
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or "postgis:///wanmi"), **REPLICAS}
if REPLICAS:
    DATABASE_ROUTERS = ["webmap.replicas.router.ReplicaRouter"]
    # The last: what stands before it, sessions above all, asks the primary.
    MIDDLEWARE.append("webmap.replicas.middleware.ReplicaMiddleware")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

EMAIL_HOST = os.environ.get("WANMI_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("WANMI_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("WANMI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("WANMI_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("WANMI_EMAIL_TLS", True)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("WANMI_EMAIL_FROM", "wanmi@localhost")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "webmap" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "staticfiles"
STATICFILES_DIRS = [("vendor", STATE_DIR / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "webmap.storage.StaticStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{12}\..+$"

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "map"
LOGOUT_REDIRECT_URL = "map"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "webmap.pages.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "style-src": [SELF, NONCE],
        "connect-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["webmap.api.permissions.MapIsOpen"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["webmap.api.parsers.ShallowJSONParser"],
    "EXCEPTION_HANDLER": "webmap.api.errors.handle",
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "search": "300/min",
        "geocode": "300/min",
        "open311": "300/min",
        "batches": "60/hour",
        "exports": "60/hour",
        "uploads": "60/hour",
        # 2 GB in pieces of 16 MB are 128; the rest is for small pieces over bad lines.
        "upload-pieces": "3000/hour",
    },
    # Without it the whole X-Forwarded-For header is the key, and a caller escapes by changing it.
    "NUM_PROXIES": int(os.environ.get("WANMI_PROXIES", "0")),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Wanmi API",
    "DESCRIPTION": "Unit grids, editing of drafts, regions, base map, addresses, uploads, exports.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # As text, since it names a plugin: that of `webmap/js/docs.js`.
    "SWAGGER_UI_SETTINGS": "{deepLinking: true, plugins: [readableForAll]}",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "webmap.api.schema.add_tiles",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PlanState": "spatial.grids.models.GridPlan.State",
        "SchemeState": "spatial.schemes.models.SchemeEdition.State",
        "EditState": "spatial.grids.models.GridEdit.State",
        "EditKind": "spatial.grids.models.GridEdit.Kind",
        "JobState": "spatial.core.models.Job.State",
        "UploadState": "spatial.basemap.models.Upload.State",
        "ComponentState": "spatial.components.models.State",
        "ComponentStep": "spatial.components.models.ComponentChange.Kind",
        "CaseStage": "spatial.cases.stages.Stage",
        "CaseKind": "spatial.cases.models.Kind",
        "CampaignPlaceKind": "spatial.cases.models.CampaignPlace.Kind",
        "RegionLevel": "spatial.basemap.models.Region.Level",
        "PublicStage": "spatial.cases.public.PublicStage",
        "PersonLevel": "spatial.patrol.models.PersonLevel",
        "GridRole": "spatial.patrol.models.GridRole",
    },
}

LEAFLET_CONFIG = {"TILES": [], "RESET_VIEW": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "webmap.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s",
        }
    },
    "filters": {"request": {"()": "webmap.logs.RequestIdFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request"],
        }
    },
    "loggers": {"pyogrio": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": os.environ.get("WANMI_LOG_LEVEL", "INFO")},
}

CASE_COUNTS_KEPT_S = 2.0
"""How old counts of all cases may be that a desk is told (`spatial.cases.recent`)."""
WALL_NOW_KEPT_S = 2.0
WALL_DAYS_KEPT_S = 60.0
"""How old numbers of the wall may be: what changes with every move, and what is of days."""
