"""Settings of the test run: real PostGIS, tasks run at once."""

import os

from webmap.settings.dev import *  # noqa: F403

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# A test counts right after it moved a case.
CASE_COUNTS_KEPT_S = 0
WALL_NOW_KEPT_S = WALL_DAYS_KEPT_S = 0

# What a test stores need not outlive a power cut. Options of a connection replace those of the
# environment, with which a process that takes requests is served.
GIVEN = os.environ.get("PGOPTIONS", "")
DATABASES["default"]["OPTIONS"]["options"] = f"{GIVEN} -c synchronous_commit=off"  # noqa: F405
