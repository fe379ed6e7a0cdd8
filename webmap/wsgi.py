"""WSGI entry for gunicorn."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from geocode import warm_up
from webmap.whole_forms import whole_forms

# Many small queries at once: each keeps to one core, or helpers of a few hold up all others.
os.environ.setdefault("PGOPTIONS", "-c max_parallel_workers_per_gather=0")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.prod")
application = whole_forms(get_wsgi_application())
# A process that takes requests knows its addresses already: reading them takes seconds, in which
# another process can answer.
import_module(settings.ROOT_URLCONF)
# So it is with the sounds of characters, which the first misspelt address would wait for.
warm_up()
