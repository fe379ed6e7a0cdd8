"""Who sees analysis, reports, the wall and patterns of faked ledgers."""

from spatial.cases.selectors import SEE_ALL
from spatial.core import roles

SEE_ANALYSIS = frozenset({roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER, roles.PLANNER})
"""Both centres, and who plans."""
SEE_HONESTY = frozenset({roles.ADMINISTRATOR, roles.OPERATOR})
"""The supervision centre: it judges, and the judged do not read along."""
SEE_WALL = SEE_ALL | {roles.DEPARTMENT}
"""Both centres; a department sees what is its own. Whoever decides on any case sees it as well."""
