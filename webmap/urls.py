"""Every address of the site, each with who may use it.

The guards are those of ``webmap.api.permissions``: ``Anyone``, ``MapIsOpen`` (anyone while the
setting ``PUBLIC_MAP`` is on, else whoever is logged in), ``LoggedIn``, ``Exporter``,
``Importer``, ``Editor``,
``DataWorker``, ``CaseWorker``, ``ComponentKeeper``, ``LayerIsOpen``, ``MapWriter``,
``PatrolReader``, ``PatrolKeeper``, ``Patroller``, ``TrailReader``, ``AnalysisReader``,
``HonestyReader``, ``WallReader``.
``tests/webmap/test_access.py`` tries each address as each role.
"""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import path, re_path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from webmap import health, metrics
from webmap import urls_analysis as analysis
from webmap import urls_ogc as ogc
from webmap import urls_work as work
from webmap.api import (
    batches,
    catalogues,
    components,
    docs,
    edits,
    exports,
    geocode,
    grid_figures,
    hours,
    imports,
    notes,
    plans,
    responsibilities,
    schemes,
    search,
    selection,
    systems,
    uploads,
    values,
    views,
)
from webmap.api.permissions import (
    Anyone,
    CaseWorker,
    ComponentKeeper,
    DataWorker,
    Editor,
    Exporter,
    Importer,
    LayerIsOpen,
    LoggedIn,
    MapIsOpen,
    MapWriter,
    ResultReader,
    SchemeWorker,
    TableWorker,
    data_behind_map,
    data_for,
    page_behind_map,
    page_for,
)
from webmap.login import Login, login_of_admin
from webmap.pages.addresses import addresses_page, batch_page
from webmap.pages.components import component_page
from webmap.pages.data import data_page
from webmap.pages.exports import exports_page
from webmap.pages.imports import imports_page
from webmap.pages.map import map_page
from webmap.pages.plans import edit_page, plans_page, review_page
from webmap.pages.responsibilities import responsibilities_page
from webmap.pages.schemes import schemes_page
from webmap.pages.second_factor import login_code, second_factor_page
from webmap.routes import data
from webmap.tiles.style import tile_style
from webmap.tiles.views import case_tile, component_tile, current_tile, pixels, tile
from webmap.words import words

admin.site.site_header = admin.site.site_title = gettext_lazy("Wanmi city grids")

urlpatterns = [
    # tiles: first, since none is asked for more often, and every address is tried in turn
    path("tiles/style.json", data_behind_map(tile_style), name="tile-style"),
    data("tiles/<layer:layer>.json", views.TileJson, LayerIsOpen, "tilejson"),
    path(
        "tiles/cases/<whole:z>/<whole:x>/<whole:y>.mvt",
        data_for(CaseWorker, case_tile),
        name="case-tile",
    ),
    path(
        "tiles/<layer:layer>/<whole:z>/<whole:x>/<whole:y>.mvt",
        data_behind_map(current_tile),
        name="current-tile",
    ),
    path(
        "tiles/components/<version:version>/<whole:z>/<whole:x>/<whole:y>.mvt",
        data_behind_map(component_tile),
        name="component-tile",
    ),
    path(
        "tiles/<layer:layer>/<version:version>/<whole:z>/<whole:x>/<whole:y>.mvt",
        data_behind_map(tile),
        name="tile",
    ),
    path(
        "tiles/grids/<version:version>/<whole:z>/<whole:x>/<whole:y>.px",
        data_behind_map(pixels),
        name="grid-pixels",
    ),
    *work.urlpatterns,
    *analysis.urlpatterns,
    # pages
    path("", page_behind_map(map_page), name="map"),
    path("data/", page_for(DataWorker, data_page), name="data"),
    path("data/exports/", page_for(Exporter, exports_page), name="exports-page"),
    path("data/imports/", page_for(Importer, imports_page), name="imports-page"),
    path("data/addresses/", page_for(Importer, addresses_page), name="addresses-page"),
    path("data/addresses/<uuid:batch_id>", page_for(Importer, batch_page), name="batch-page"),
    path("data/plans/", page_for(plans.PlanReader, plans_page), name="plans-page"),
    path(
        "data/plans/<version:version>",
        page_for(plans.PlanReader, review_page),
        name="plan-page",
    ),
    path(
        "data/responsibilities/",
        page_for(DataWorker, responsibilities_page),
        name="responsibilities-page",
    ),
    path("data/schemes/", page_for(DataWorker, schemes_page), name="schemes-page"),
    path(
        "data/plans/<version:version>/edit",
        page_for(Editor, edit_page),
        name="edit-page",
    ),
    path("components/<component:code>/", page_behind_map(component_page), name="component-page"),
    path("accounts/login/", Login.as_view(), name="login"),
    path("accounts/login/code/", login_code, name="login-code"),
    path("accounts/second-factor/", second_factor_page, name="second-factor"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("i18n/setlang/", require_POST(set_language), name="set_language"),
    path("jsi18n/", words, name="jsi18n"),
    path("admin/login/", login_of_admin),
    path("admin/", admin.site.urls),
    # data
    data("api/v1/districts", views.Districts, MapIsOpen, "districts"),
    data("api/v1/editions/<version:version>/codes", views.EditionCodes, MapIsOpen, "codes"),
    data(
        "api/v1/editions/<version:version>/grids/<ordinal:ordinal>",
        views.EditionGrid,
        MapIsOpen,
        "edition-grid",
    ),
    data("api/v1/grids/at", views.GridAtPoint, MapIsOpen, "grid-at"),
    data("api/v1/grids/<code:code>", views.GridByCode, MapIsOpen, "grid"),
    data(
        "api/v1/grids/<code:code>/components",
        grid_figures.GridComponents,
        MapIsOpen,
        "grid-components",
    ),
    data("api/v1/grids/<code:code>/cases", grid_figures.GridCases, MapIsOpen, "grid-cases"),
    data(
        "api/v1/grids/<code:code>/editions", grid_figures.GridEditions, MapIsOpen, "grid-editions"
    ),
    data("api/v1/grids/<code:code>/hours", hours.GridHours, MapIsOpen, "grid-hours"),
    data("api/v1/selection", selection.Selection, MapIsOpen, "selection"),
    data("api/v1/selection/hours", hours.SelectionHours, MapIsOpen, "selection-hours"),
    data("api/v1/selection/hour", hours.SelectionHour, MapIsOpen, "selection-hour"),
    data("api/v1/notes", notes.Notes, MapWriter, "notes"),
    data("api/v1/notes/<uuid:key>", notes.OneNote, MapWriter, "note"),
    data("api/v1/views", notes.Views, LoggedIn, "views"),
    data("api/v1/views/<uuid:key>", notes.OneView, MapWriter, "view"),
    data("api/v1/search", search.Search, MapIsOpen, "search"),
    data("api/v1/geocode", geocode.Geocode, Anyone, "geocode"),
    data("api/v1/reverse", geocode.Reverse, Anyone, "reverse"),
    data("api/v1/plans", plans.Plans, plans.PlanHolder, "plans"),
    data("api/v1/plans/<version:version>", plans.Plan, plans.PlanHolder, "plan"),
    data(
        "api/v1/plans/<version:version>/review", plans.PlanReview, plans.PlanHolder, "plan-review"
    ),
    data(
        "api/v1/plans/<version:version>/changes",
        plans.PlanChanges,
        plans.PlanHolder,
        "plan-changes",
    ),
    data("api/v1/plans/<version:version>/check", plans.PlanCheck, plans.PlanHolder, "plan-check"),
    data(
        "api/v1/plans/<version:version>/publish",
        plans.PlanPublish,
        plans.PlanHolder,
        "plan-publish",
    ),
    data("api/v1/plans/<version:version>/edits", edits.Edits, Editor, "edits"),
    data("api/v1/plans/<version:version>/edits/undo", edits.Undo, Editor, "edit-undo"),
    data("api/v1/plans/<version:version>/edits/redo", edits.Redo, Editor, "edit-redo"),
    data("api/v1/plans/<version:version>/grids", edits.PlanGrids, Editor, "plan-grids"),
    data("api/v1/exports", exports.Exports, Exporter, "exports"),
    data("api/v1/jobs/<uuid:job_id>", exports.JobState, LoggedIn, "job"),
    data("api/v1/jobs/<uuid:job_id>/cancel", exports.JobCancel, LoggedIn, "job-cancel"),
    data("api/v1/jobs/<uuid:job_id>/file", exports.JobFile, Exporter, "job-file"),
    data("api/v1/uploads", uploads.Uploads, Importer, "uploads"),
    data("api/v1/uploads/<uuid:upload_id>", uploads.UploadState, Importer, "upload"),
    data(
        "api/v1/uploads/<uuid:upload_id>/content",
        uploads.UploadContent,
        Importer,
        "upload-content",
    ),
    data(
        "api/v1/uploads/<uuid:upload_id>/inspection",
        uploads.UploadInspection,
        Importer,
        "upload-inspection",
    ),
    data("api/v1/crs", systems.Systems, Importer, "crs"),
    data("api/v1/imports", imports.Imports, Importer, "imports"),
    data(
        "api/v1/catalogues/<version:version>/load",
        catalogues.CatalogueLoad,
        Importer,
        "catalogue-load",
    ),
    data(
        "api/v1/imports/<whole:run_id>/report.<report:ending>",
        imports.ImportReport,
        Importer,
        "import-report",
    ),
    data(
        "api/v1/responsibilities",
        responsibilities.Responsibilities,
        TableWorker,
        "responsibilities",
    ),
    data(
        "api/v1/responsibilities.csv",
        responsibilities.ResponsibilityTable,
        TableWorker,
        "responsibilities-csv",
    ),
    data(
        "api/v1/responsibilities/import",
        responsibilities.ResponsibilityImport,
        Importer,
        "responsibility-import",
    ),
    data(
        "api/v1/responsibilities/<whole:line_id>",
        responsibilities.ResponsibilityLine,
        Importer,
        "responsibility",
    ),
    data("api/v1/batches", batches.Batches, Importer, "batches"),
    data("api/v1/batches/<uuid:batch_id>", batches.Batch, Importer, "batch"),
    data("api/v1/batches/<uuid:batch_id>/rows", batches.BatchRows, Importer, "batch-rows"),
    data(
        "api/v1/batches/<uuid:batch_id>/rows/<whole:number>",
        batches.BatchDecision,
        Importer,
        "batch-row",
    ),
    data("api/v1/batches/<uuid:batch_id>.<list:ending>", batches.BatchFile, Importer, "batch-file"),
    data("api/v1/schemes", schemes.Schemes, SchemeWorker, "schemes"),
    data("api/v1/schemes/<slug:key>/editions", schemes.SchemeEditions, Editor, "scheme-editions"),
    data(
        "api/v1/scheme-editions/<version:version>",
        schemes.SchemeEditionView,
        Editor,
        "scheme-edition",
    ),
    data(
        "api/v1/scheme-editions/<version:version>/publish",
        schemes.SchemePublish,
        Editor,
        "scheme-publish",
    ),
    data(
        "api/v1/scheme-editions/<version:version>/cells",
        schemes.SchemeCells,
        DataWorker,
        "scheme-cells",
    ),
    data("api/v1/crosswalk", schemes.CrosswalkView, DataWorker, "crosswalk"),
    data("api/v1/crosswalk.csv", schemes.CrosswalkTable, DataWorker, "crosswalk-csv"),
    data("api/v1/crosswalk/values", schemes.CrosswalkValues, DataWorker, "crosswalk-values"),
    data("api/v1/catalogues", components.Catalogues, MapIsOpen, "catalogues"),
    data("api/v1/components", components.Components, ComponentKeeper, "components"),
    data("api/v1/components/within", components.Within, MapIsOpen, "components-within"),
    data(
        "api/v1/components/<component:code>", components.OneComponent, ComponentKeeper, "component"
    ),
    data(
        "api/v1/components/<component:code>/photos",
        components.Photos,
        ComponentKeeper,
        "component-photos",
    ),
    data(
        "api/v1/components/<component:code>/photos/<uuid:key>",
        components.OnePhoto,
        ComponentKeeper,
        "component-photo",
    ),
    data("api/v1/organisations", components.Parties, MapIsOpen, "organisations"),
    data("api/v1/values/components", components.Counts, MapIsOpen, "values-components"),
    data("api/v1/values/choices", values.Choices, ResultReader, "values-choices"),
    data("api/v1/values/days", values.Days, ResultReader, "values-days"),
    path(
        "api/v1/values/stream",
        data_for(ResultReader, values.values_stream),
        name="values-stream",
    ),
    data("api/v1/values/<slug:measure>", values.MapValues, ResultReader, "values"),
    data(
        "api/v1/values/<slug:measure>/regions", values.RegionValues, ResultReader, "values-regions"
    ),
    data("api/v1/values/<slug:measure>/legend", values.MapLegend, ResultReader, "values-legend"),
    *ogc.urlpatterns,
    # description and health
    data("api/schema/", docs.Schema, Anyone, "schema"),
    data("api/docs/", docs.Docs, Anyone, "docs"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    re_path(r"^(?:api|tiles)/", views.Unknown.as_view(permission_classes=[Anyone])),
]

handler400 = "webmap.pages.errors.bad_request"
handler403 = "webmap.pages.errors.forbidden"
handler404 = "webmap.pages.errors.not_found"
handler500 = "webmap.pages.errors.crashed"
