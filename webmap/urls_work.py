"""Addresses of the work on cases: residents, desks, the hand, patrol, campaigns, other programs.

Each with who may use it, as in ``webmap/urls.py``, of which these are a part.
"""

from django.urls import path, re_path

from webmap.api import (
    area_classes,
    campaigns,
    case_inspectors,
    case_moves,
    case_searches,
    cases,
    evaluation,
    evaluation_cells,
    evaluation_polygon,
    opinions,
    patrol,
    patrol_persons,
    patrol_trails,
    public,
    wall,
)
from webmap.api.case_stream import case_stream
from webmap.api.permissions import (
    Anyone,
    CaseWorker,
    Centre,
    MapIsOpen,
    PatrolKeeper,
    Patroller,
    PatrolReader,
    ResultPublisher,
    ResultReader,
    TrailReader,
    WallReader,
    data_for,
    page_for,
)
from webmap.open311 import views as open311
from webmap.pages.campaigns import campaigns_page
from webmap.pages.desk import desk_page
from webmap.pages.evaluation import evaluation_page
from webmap.pages.hand import hand_manifest, hand_page, hand_session, hand_worker
from webmap.pages.opinion import opinion_page
from webmap.pages.patrol import patrol_page
from webmap.pages.report import follow_page, report_page, result_photo_file
from webmap.pages.wall import wall_page
from webmap.routes import data


def open311_path(address: str, view: type, name: str):
    """An address of Open311, for all programs, as JSON and as XML."""
    words = rf"^open311/v2/{address}\.(?P<format>json|xml)$"
    return re_path(words, view.as_view(permission_classes=[Anyone]), name=name)


urlpatterns = [
    # for everybody
    path("report/", report_page, name="report-page"),
    path("report/<case:number>/", follow_page, name="follow-page"),
    path("report/<case:number>/photos/<uuid:key>.jpg", result_photo_file, name="result-photo"),
    data("api/v1/public/classes", public.PublicClasses, Anyone, "public-classes"),
    data("api/v1/public/similar", public.Similar, Anyone, "public-similar"),
    data("api/v1/public/reports", public.Reports, Anyone, "public-reports"),
    data("api/v1/public/reports/<case:number>", public.Progress, Anyone, "public-progress"),
    data("api/v1/public/reports/<case:number>/answer", public.Answer, Anyone, "public-answer"),
    data("api/v1/public/reports/<case:number>/reopen", public.Reopen, Anyone, "public-reopen"),
    path("opinion/<str:token>/", opinion_page, name="opinion-page"),
    data("api/v1/public/opinions/<str:token>", opinions.PublicOpinion, Anyone, "public-opinion"),
    open311_path("discovery", open311.Discovery, "open311-discovery"),
    open311_path("services", open311.Services, "open311-services"),
    open311_path("services/(?P<code>[^/]{1,60})", open311.Service, "open311-service"),
    open311_path("requests", open311.Requests, "open311-requests"),
    open311_path("requests/(?P<number>[^/]{1,60})", open311.OneRequest, "open311-request"),
    open311_path("tokens/(?P<token>[^/]{1,64})", open311.Token, "open311-token"),
    re_path(r"^open311/", open311.Nothing.as_view(permission_classes=[Anyone])),
    # pages
    path("desk/", page_for(CaseWorker, desk_page), name="desk"),
    path("evaluation/", page_for(ResultReader, evaluation_page), name="evaluation-page"),
    path("wall/", page_for(WallReader, wall_page), name="wall"),
    path("desk/patrol/", page_for(PatrolReader, patrol_page), name="patrol-page"),
    # in the hand: manifest and worker are fetched without a log-in and hold nothing of anybody
    path("hand/", page_for(CaseWorker, hand_page), name="hand"),
    path("hand/session", data_for(CaseWorker, hand_session), name="hand-session"),
    path("hand/manifest.webmanifest", hand_manifest, name="hand-manifest"),
    path("hand/sw.js", hand_worker, name="hand-worker"),
    # data
    data("api/v1/campaigns", campaigns.Campaigns, campaigns.CampaignWorker, "campaigns"),
    data(
        "api/v1/campaigns/<slug:code>", campaigns.OneCampaign, campaigns.CampaignWorker, "campaign"
    ),
    data(
        "api/v1/campaigns/<slug:code>/places",
        campaigns.CampaignPlaces,
        campaigns.CampaignWorker,
        "campaign-places",
    ),
    data(
        "api/v1/campaigns/<slug:code>/places/<str:name>",
        campaigns.CampaignPlaceOut,
        campaigns.CampaignWorker,
        "campaign-place",
    ),
    path(
        "desk/campaigns/",
        page_for(campaigns.CampaignWorker, campaigns_page),
        name="campaigns-page",
    ),
    data("api/v1/cases", cases.Cases, CaseWorker, "cases"),
    data("api/v1/cases.csv", cases.CasesTable, CaseWorker, "cases-csv"),
    data("api/v1/cases/counts", cases.CaseCounts, CaseWorker, "case-counts"),
    data("api/v1/cases/dots", cases.CaseDots, CaseWorker, "case-dots"),
    data("api/v1/cases/within", cases.CasesWithin, CaseWorker, "cases-within"),
    data("api/v1/cases/similar", cases.SimilarCases, CaseWorker, "cases-similar"),
    data("api/v1/cases/classes", cases.CaseClasses, CaseWorker, "case-classes"),
    data("api/v1/cases/departments", cases.Departments, CaseWorker, "departments"),
    data("api/v1/cases/reports", case_moves.Reports, CaseWorker, "case-reports"),
    data("api/v1/cases/moves", case_moves.CaseMoves, CaseWorker, "case-moves"),
    data("api/v1/cases/searches", case_searches.CaseSearches, CaseWorker, "case-searches"),
    data(
        "api/v1/cases/searches/<int:search_id>",
        case_searches.CaseSearch,
        CaseWorker,
        "case-search",
    ),
    path("api/v1/cases/stream", data_for(CaseWorker, case_stream), name="case-stream"),
    data("api/v1/cases/<case:number>", cases.OneCase, CaseWorker, "case"),
    data("api/v1/cases/<case:number>/reporter", cases.CaseReporter, Centre, "case-reporter"),
    data("api/v1/cases/<case:number>/standards", cases.CaseStandards, CaseWorker, "case-standards"),
    data(
        "api/v1/cases/<case:number>/inspectors",
        case_inspectors.CaseInspectors,
        CaseWorker,
        "case-inspectors",
    ),
    data("api/v1/cases/<case:number>/photos/<uuid:key>", cases.CasePhoto, CaseWorker, "case-photo"),
    data(
        "api/v1/cases/<case:number>/moves/<slug:move>", case_moves.CaseMove, CaseWorker, "case-move"
    ),
    data("api/v1/wall", wall.Wall, WallReader, "wall-numbers"),
    data("api/v1/wall/cases/<case:number>", wall.WallCase, WallReader, "wall-case"),
    data("api/v1/evaluation/periods", evaluation.Periods, ResultReader, "evaluation-periods"),
    data("api/v1/opinions/forms", opinions.Forms, ResultPublisher, "opinion-forms"),
    data("api/v1/opinions/polls", opinions.Polls, ResultPublisher, "opinion-polls"),
    data("api/v1/opinions/polls/<whole:poll_id>", opinions.OnePoll, ResultReader, "opinion-poll"),
    data(
        "api/v1/opinions/polls/<whole:poll_id>/codes/<slug:area>.svg",
        opinions.PollCode,
        ResultReader,
        "opinion-code",
    ),
    data(
        "api/v1/evaluation/cells/<version:version>",
        evaluation_cells.Cells,
        ResultReader,
        "evaluation-cells",
    ),
    data(
        "api/v1/evaluation/classes",
        area_classes.AreaClasses,
        ResultPublisher,
        "evaluation-classes",
    ),
    data("api/v1/evaluation/schemes", evaluation.WeightSchemes, ResultReader, "weight-schemes"),
    data(
        "api/v1/evaluation/publications",
        evaluation.Publications,
        ResultPublisher,
        "evaluation-publish",
    ),
    data(
        "api/v1/evaluation/publications/<whole:publication_id>",
        evaluation.OnePublication,
        ResultReader,
        "evaluation-publication",
    ),
    data(
        "api/v1/evaluation/publications/<whole:publication_id>/corrections",
        evaluation.Corrections,
        ResultPublisher,
        "evaluation-correct",
    ),
    data(
        "api/v1/evaluation/publications/<whole:publication_id>/appeals",
        evaluation.AppealCorrections,
        ResultPublisher,
        "evaluation-appeals",
    ),
    data("api/v1/evaluation/proposals", evaluation.Proposals, ResultReader, "evaluation-proposals"),
    data(
        "api/v1/evaluation/trend/<slug:kind>/<str:code>",
        evaluation.Trend,
        ResultReader,
        "evaluation-trend",
    ),
    data(
        "api/v1/evaluation/polygon/cases",
        evaluation_polygon.PolygonCases,
        ResultReader,
        "evaluation-polygon-cases",
    ),
    data("api/v1/evaluation/<slug:kind>", evaluation.Results, ResultReader, "evaluation"),
    data(
        "api/v1/evaluation/<slug:kind>/<str:code>",
        evaluation.Explanation,
        ResultReader,
        "evaluation-object",
    ),
    data(
        "api/v1/evaluation/<slug:kind>/<str:code>/cases",
        evaluation.Behind,
        ResultReader,
        "evaluation-cases",
    ),
    data(
        "api/v1/evaluation/<slug:kind>/<str:code>/walked",
        evaluation.Walked,
        ResultReader,
        "evaluation-walked",
    ),
    data("api/v1/patrol/areas", patrol.Areas, PatrolReader, "patrol-areas"),
    data("api/v1/patrol/areas/<area:code>", patrol.OneArea, PatrolReader, "patrol-area"),
    data("api/v1/patrol/areas/<area:code>/grids", patrol.AreaGrids, PatrolReader, "patrol-grids"),
    data("api/v1/patrol/mine", patrol.Mine, Patroller, "patrol-mine"),
    data("api/v1/patrol/coverage", patrol_trails.DayCoverage, TrailReader, "patrol-coverage"),
    data("api/v1/patrol/duty", patrol_trails.OwnDuty, Patroller, "patrol-duty"),
    data("api/v1/patrol/positions", patrol_trails.Positions, TrailReader, "patrol-positions"),
    data("api/v1/patrol/trails/<login:name>", patrol_trails.Trail, TrailReader, "patrol-trail"),
    data("api/v1/patrol/responsible", patrol_persons.Responsible, MapIsOpen, "patrol-responsible"),
    data(
        "api/v1/patrol/responsibles",
        patrol_persons.Responsibles,
        PatrolKeeper,
        "patrol-responsibles",
    ),
    data(
        "api/v1/patrol/responsibles/import",
        patrol_persons.ResponsibleImport,
        PatrolKeeper,
        "patrol-responsible-import",
    ),
]
