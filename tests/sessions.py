"""Sessions of the database that a killed process leaves behind."""

import time

from django.db import connection


def wait_for_end_of_other_sessions() -> None:
    """PostgreSQL notices a killed client when it next writes to it."""
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.05)
