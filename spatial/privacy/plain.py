"""Texts, places, files and lists of the store that are not personal, model by model.

A field that is neither here nor in `register` fails a test: whoever adds one says which it is.
"""

from __future__ import annotations

PLAIN = {
    "addresses.BatchRow": "code hint candidates hand",
    "addresses.BatchRun": "file columns field district counts",
    "admin.LogEntry": "object_id",
    "auth.Group": "name",
    "auth.Permission": "name codename",
    "auth.User": "password",
    "basemap.BaseFeature": "name subtype use geom geom3857 source_key",
    "basemap.Dataset": "name attribution",
    "basemap.ImportIssue": "code layer feature message geom",
    "basemap.ImportRun": (
        "kind file_name file_sha256 settings_sha256 encoding counts error_code error_message"
    ),
    "basemap.LocalCrs": "name title definition",
    "basemap.Place": (
        "name subtype road zone door building poi address alias old_name road_key zone_key "
        "district_code street_code community_code geom geom3857 source_key"
    ),
    "basemap.PlaceName": "text key sound variants",
    "basemap.Region": "code name name_en geom geom3857",
    "basemap.Upload": "name folder sha256 crs encoding inspected error",
    "cases.CalendarDay": "note",
    "cases.Campaign": "code name name_en",
    "cases.CampaignPlace": "name geom ground",
    "cases.Case": "point district_code street_code community_code grid_code",
    "cases.CaseClass": "catalogue main_code main_name main_name_en code name name_en symbol",
    "cases.CaseEvent": "move request_id",
    "cases.CaseSource": "name facts",
    "cases.Department": "code name name_en region_code",
    "cases.DispatchRule": "main_code place note",
    "cases.FilingStandard": "area_class condition condition_en closing closing_en",
    "cases.Following": "token_hash",
    "cases.InHand": "point district_code street_code community_code grid_code",
    "cases.ReportKey": "name key_hash",
    "cases.SavedSearch": "name",
    "cases.Sending": "digest",
    "cases.SourceNumber": "number digest",
    "cases.WorkCalendar": "region_code country zone hours emergency",
    "components.Catalogue": "version name name_en source",
    "components.CodeCounter": "district_code class_code",
    "components.Component": (
        "code name district_code grid_code point shape position data_source note"
    ),
    "components.ComponentChange": "before after",
    "components.ComponentClass": "code name name_en symbol",
    "components.ComponentPhoto": "note",
    "components.MainClass": "code name name_en colour symbol",
    "components.Organisation": "code name",
    "components.Responsibility": "region_code note",
    "contenttypes.ContentType": "app_label model",
    "core.AuditEntry": "action object_type request_id",
    "core.Calls": "scope times",
    "core.Heartbeat": "name",
    "core.Job": "kind params message result error_code error_message error_detail",
    "core.Look": "request_id",
    "django_tasks_database.DBTaskResult": (
        "args_kwargs task_path worker_ids queue_name backend_name return_value "
        "exception_class_path traceback"
    ),
    "evaluation.AreaClass": "code name name_en",
    "evaluation.ClassedArea": "code",
    "evaluation.Correction": "inputs grade cases",
    "evaluation.Publication": "period district_code digest",
    "evaluation.PublishedResult": "code grade area_class",
    "evaluation.WeightScheme": "key area_class name name_en parts grades note",
    "grids.GridCode": "code",
    "grids.GridEdit": "request before after",
    "grids.GridPin": "geom",
    "grids.GridPlan": "scheme rules figures check_report input_digest",
    "grids.UnitGrid": "code geom geom3857 neighbours note fingerprint",
    "notes.Note": "colour district_code centre",
    "notes.SavedView": "name",
    "opinions.Answer": "flags",
    "opinions.Form": "key name name_en questions",
    "opinions.Invitation": "area_code token_hash token",
    "opinions.Poll": "name district_code weights",
    "otp_static.StaticDevice": "name",
    "otp_totp.TOTPDevice": "name",
    "patrol.AreaGrid": "grid_code",
    "patrol.GridResponsible": "code",
    "patrol.PatrolArea": "code name district_code street_code geom",
    "patrol.Shift": "name days",
    "patrol.Team": "code name street_code",
    "patrol.WalkedMonth": "grid_code",
    "reports.KeptAnswer": "kind key",
    "reports.PhotoPrint": "sha256",
    "reports.SentReport": "period",
    "reports.Subscription": "district_code",
    "schemes.GridScheme": "key name name_en purpose",
    "schemes.SchemeCell": "code name geom",
    "schemes.SchemeEdition": "source",
    "sessions.Session": "session_key",
}
"""Fields with blanks between them. Names here are those of places, things, classes and bodies."""
