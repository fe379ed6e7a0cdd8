"""WSGI entry for gunicorn."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.prod")
application = get_wsgi_application()
# A process that takes requests knows its addresses already: reading them takes seconds, in which
# another process can answer.
import_module(settings.ROOT_URLCONF)
