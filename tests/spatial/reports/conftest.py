"""The small district with made-up cases."""

from tests.spatial.evaluation.analysis.conftest import made as made
from tests.spatial.evaluation.analysis.conftest import photos_apart as photos_apart
from tests.spatial.evaluation.analysis.conftest import world as world
