"""Addresses of the analysis of cases, each with who may use it, as in ``webmap/urls.py``."""

from django.urls import path

from webmap.api import analysis, analysis_alarms, analysis_chosen, analysis_places
from webmap.api.permissions import AnalysisReader, HonestyReader, page_for
from webmap.pages.monthly import monthly_page
from webmap.routes import data

ROOT = "api/v1/analysis"

urlpatterns = [
    path(
        "evaluation/reports/<slug:month>/",
        page_for(AnalysisReader, monthly_page),
        name="monthly-page",
    ),
    data(f"{ROOT}/hotspots", analysis_places.HotSpots, AnalysisReader, "analysis-hotspots"),
    data(f"{ROOT}/clusters", analysis_places.Clusters, AnalysisReader, "analysis-clusters"),
    data(f"{ROOT}/forecast", analysis_places.Forecast, AnalysisReader, "analysis-forecast"),
    data(f"{ROOT}/hours", analysis.Hours, AnalysisReader, "analysis-hours"),
    data(f"{ROOT}/ageing", analysis.Ageing, AnalysisReader, "analysis-ageing"),
    data(f"{ROOT}/mix", analysis.Mix, AnalysisReader, "analysis-mix"),
    data(f"{ROOT}/departments", analysis.Departments, AnalysisReader, "analysis-departments"),
    data(f"{ROOT}/bursts", analysis_alarms.Bursts, AnalysisReader, "analysis-bursts"),
    data(f"{ROOT}/downhill", analysis_alarms.Downhill, AnalysisReader, "analysis-downhill"),
    data(f"{ROOT}/honesty", analysis_alarms.Honesty, HonestyReader, "analysis-honesty"),
    data(f"{ROOT}/chosen", analysis_chosen.Chosen, AnalysisReader, "analysis-chosen"),
    data(
        f"{ROOT}/reports/<slug:month>",
        analysis.ReportPage,
        AnalysisReader,
        "analysis-report-page",
    ),
    data(
        f"{ROOT}/reports/<slug:month>.<slug:form>",
        analysis.MonthlyReport,
        AnalysisReader,
        "analysis-report",
    ),
]
