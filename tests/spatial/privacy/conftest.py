"""The small district of the tests of cases."""

from tests.spatial.cases.conftest import *  # noqa: F403
