"""Cases in the admin: what administrators look up and decide."""

from spatial.cases.admin import public

__all__ = ["public"]
