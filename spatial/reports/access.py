"""Who sees analysis, reports and patterns of faked ledgers."""

from spatial.core import roles

SEE_ANALYSIS = frozenset({roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER, roles.PLANNER})
"""Both centres, and who plans."""
SEE_HONESTY = frozenset({roles.ADMINISTRATOR, roles.OPERATOR})
"""The supervision centre: it judges, and the judged do not read along."""
