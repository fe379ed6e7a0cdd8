"""Settings of a server: refuses to start without its secrets, or half configured."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from webmap.settings.required import CODE, problems

found = problems(os.environ)
if found:
    raise ImproperlyConfigured(f"{CODE}: the site does not start: {'; '.join(found)}")

from webmap.settings.base import *  # noqa: E402, F403

# After the request has got its id.
MIDDLEWARE.insert(1, "webmap.measuring.MeasuringMiddleware")

LOGGING["formatters"]["line"] = {"()": "webmap.logs.JsonFormatter"}
# What commands print on standard output is for whoever called them.
is_command = Path(sys.argv[0]).name == "manage.py"
LOGGING["handlers"]["console"]["stream"] = f"ext://sys.{'stderr' if is_command else 'stdout'}"

SECURE_SSL_REDIRECT = True
# Programs on the machine itself ask for these without TLS; nothing of people is there.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
