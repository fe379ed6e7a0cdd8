"""Cut communities into unit grids: pure geometry, no database, no files, no clock."""

from gridding.check import check_coverage
from gridding.codes import (
    DEFAULT_SCHEME,
    CodeParts,
    grid_code,
    max_number,
    pad_community,
    parse_code,
    scheme_names,
)
from gridding.crs import is_metric, metric_crs, project
from gridding.errors import CodeError, CutError, GridError, InputError
from gridding.fingerprint import fingerprints
from gridding.former import Former, former_of
from gridding.groups import Groups, make_groups
from gridding.kinds import BORDER_KINDS, LINE_WORDS
from gridding.landuse import LandUse, land_use_named, read_land_use
from gridding.locate import locate, locate_xy
from gridding.patrol import PatrolAreas, falls_apart, make_patrol_areas
from gridding.pipeline import make_grids
from gridding.review import CutUnits, Review, review_grids
from gridding.rules import GridRules, Prices
from gridding.types import (
    REASON_NAMES,
    Borders,
    Communities,
    CoverageReport,
    Features,
    GridReport,
    GridResult,
    LoadFigures,
    Neighbours,
    PointLoad,
    Problem,
    Reasons,
)

ENGINE_VERSION = 4
"""Raised when the engine makes other grids of the same input, so that both can be told apart."""

__all__ = [
    "BORDER_KINDS",
    "DEFAULT_SCHEME",
    "ENGINE_VERSION",
    "LINE_WORDS",
    "REASON_NAMES",
    "Borders",
    "CodeError",
    "CodeParts",
    "Communities",
    "CoverageReport",
    "CutError",
    "CutUnits",
    "Features",
    "Former",
    "GridError",
    "GridReport",
    "GridResult",
    "GridRules",
    "Groups",
    "InputError",
    "LandUse",
    "LoadFigures",
    "Neighbours",
    "PatrolAreas",
    "PointLoad",
    "Prices",
    "Problem",
    "Reasons",
    "Review",
    "check_coverage",
    "falls_apart",
    "fingerprints",
    "former_of",
    "grid_code",
    "is_metric",
    "land_use_named",
    "locate",
    "locate_xy",
    "make_grids",
    "make_groups",
    "make_patrol_areas",
    "max_number",
    "metric_crs",
    "pad_community",
    "parse_code",
    "project",
    "read_land_use",
    "review_grids",
    "scheme_names",
]
