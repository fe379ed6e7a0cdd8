"""Gunicorn of a server: how many, its log as that of the site, and metrics of all its processes.

    gunicorn -c deploy/gunicorn.conf.py webmap.wsgi:application

``WEB_CONCURRENCY`` and ``--bind`` are gunicorn's own.
"""

import os
import tempfile

# Each process writes its counts here; the folder is new with each start. The library looks for it
# when it is loaded.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="wanmi-metrics-"))

from prometheus_client import multiprocess  # noqa: E402

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Each open desk holds a thread (`webmap.casestream`).
threads = 64
graceful_timeout = 20
control_socket_disable = True

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "webmap.logs.JsonFormatter"}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}
    },
    "loggers": {
        # Requests stand in the log of the server in front, by the same id.
        "gunicorn.access": {"handlers": [], "propagate": False},
        "gunicorn.error": {"handlers": ["out"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["out"], "level": "INFO"},
}


def child_exit(_server, worker):
    """What a process that ended had open is open no longer."""
    multiprocess.mark_process_dead(worker.pid)
