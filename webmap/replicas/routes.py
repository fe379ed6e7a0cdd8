"""Which addresses may be read from a replica, by the names of their routes.

What asks for the state of jobs, counts moves, or keeps its answer for everybody in the memory of
the process (the wall, counts of desks) is not among them.
"""

READING = frozenset(
    {
        # tiles
        "tilejson", "case-tile", "current-tile", "component-tile", "tile", "grid-pixels",
        # colours
        "values", "values-regions", "values-legend", "values-days", "values-choices",
        "values-components",
        # the map's cards and lists
        "districts", "codes", "edition-grid", "grid-at", "grid", "grid-components", "grid-cases",
        "grid-editions", "grid-hours", "search", "catalogues", "organisations",
        "components", "component",
        # lists of cases and what is taken out of them
        "cases", "cases-csv", "case-dots", "case", "case-standards", "case-classes", "departments",
        "cases-similar", "responsibilities-csv",
        # OGC API Features
        "ogc-collections", "ogc-collection", "ogc-queryables", "ogc-items", "ogc-item",
        # results
        "evaluation-periods", "evaluation", "evaluation-object", "evaluation-cases",
        "evaluation-walked", "evaluation-trend", "evaluation-cells", "weight-schemes",
    }
)  # fmt: skip

TELLING = frozenset({"job"})
"""Addresses that say what somebody else has written, such as the worker that a job is done."""
