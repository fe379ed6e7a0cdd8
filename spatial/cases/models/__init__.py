"""Cases (案卷), what they are filed by, who handles them, and everything that happened to them."""

from spatial.cases.models.calendar import CalendarDay, WorkCalendar
from spatial.cases.models.campaigns import Campaign, CampaignPlace
from spatial.cases.models.case import Case, Channel, InHand, Kind, Level, Outcome, Priority
from spatial.cases.models.catalogue import CaseClass, FilingStandard, StageLimit, Unit
from spatial.cases.models.departments import Department, DispatchRule
from spatial.cases.models.public import Following, OutsideReport, ReportKey, Satisfaction
from spatial.cases.models.searches import SavedSearch
from spatial.cases.models.sources import CaseSource, SourceNumber
from spatial.cases.models.trail import Attachment, CaseEvent, Extension, Hold, Sending, Task

__all__ = [
    "Attachment",
    "CalendarDay",
    "Campaign",
    "CampaignPlace",
    "Case",
    "CaseClass",
    "CaseEvent",
    "CaseSource",
    "Channel",
    "Department",
    "DispatchRule",
    "Extension",
    "FilingStandard",
    "Following",
    "Hold",
    "InHand",
    "Kind",
    "Level",
    "Outcome",
    "OutsideReport",
    "Priority",
    "SavedSearch",
    "ReportKey",
    "Satisfaction",
    "Sending",
    "SourceNumber",
    "StageLimit",
    "Task",
    "Unit",
    "WorkCalendar",
]
