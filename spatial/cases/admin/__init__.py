"""Cases in the admin: what administrators look up and decide."""

from spatial.cases.admin import calendars, campaigns, catalogue, departments, public

__all__ = ["calendars", "campaigns", "catalogue", "departments", "public"]
