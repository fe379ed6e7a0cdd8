"""Settings of a server: refuses to start without its secrets."""

import os

from django.core.exceptions import ImproperlyConfigured

REQUIRED = ("WANMI_SECRET_KEY", "WANMI_ALLOWED_HOSTS", "DATABASE_URL")
missing = [name for name in REQUIRED if not os.environ.get(name)]
if missing:
    raise ImproperlyConfigured(f"set these environment variables: {', '.join(missing)}")

from webmap.settings.base import *  # noqa: E402, F403

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
