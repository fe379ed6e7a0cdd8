"""Tables parted by month: how a migration makes one.

PostgreSQL wants the column a table is parted by in every unique index. The key of such a table
therefore begins with the day (``20261128000123``), and the table is parted by ranges of its key:
one column is unique, points to other tables work as usual, and whatever knows a key looks into
one month only.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


class CreateModelByMonth(migrations.CreateModel):
    """Make a model's table without rows of its own; months are added to it.

    The key has to be named ``id``.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make the table with Django's own statement and the words that part it."""
        usual = schema_editor.sql_create_table
        schema_editor.sql_create_table = usual + ' PARTITION BY RANGE ("id")'
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.sql_create_table = usual
