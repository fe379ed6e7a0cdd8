"""What the columns of files of past cases are called, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spatial.components.services import columns

NAMES: dict[str, tuple[str, ...]] = {
    "number": ("案卷号", "任务号", "案卷编号", "任务编号", "案件编号", "案件号", "工单编号",
               "工单号",
               "事件编号", "编号",
               "case_number", "case number", "case_no", "caseid", "case_id",
               "service_request_id", "srnumber", "request number", "task_no", "number", "id"),
    "kind": ("问题类型", "案卷类型", "案件类型", "类型", "kind"),
    "main": ("大类", "大类名称", "问题大类", "大类代码", "main_class", "category"),
    "class": ("小类", "小类名称", "问题小类", "小类代码", "事件类型", "class", "case_class",
              "subclass", "service_code", "service_name", "request type", "requesttype"),
    "standard": ("立案条件", "立案标准", "细类", "standard"),
    "description": ("问题描述", "描述", "案件描述", "内容", "诉求内容", "description", "details"),
    "reported_at": ("上报时间", "发现时间", "受理时间", "举报时间", "登记时间", "创建时间",
                    "reported_at", "requested_datetime", "created_at", "created date",
                    "createddate", "opened"),
    "filed_at": ("立案时间", "filed_at"),
    "dispatched_at": ("派遣时间", "派单时间", "任务派遣时间", "dispatched_at", "assigned_at"),
    "deadline": ("处置截止时间", "截止时间", "处理截止时间", "办理时限", "应完成时间", "deadline",
                 "due_at", "due date", "expected_datetime"),
    "answered_at": ("处置完成时间", "处理完成时间", "完成时间", "回复时间", "反馈时间",
                    "answered_at",
                    "completed_at", "servicedate"),
    "verified_at": ("核查时间", "核查完成时间", "verified_at"),
    "closed_at": ("结案时间", "结案日期", "办结时间", "归档时间", "closed_at", "closed date",
                  "closeddate"),
    "department": ("处置部门", "责任部门", "专业部门", "主责部门", "承办单位", "处理部门",
                   "department", "agency_responsible", "agency"),
    "lon": ("经度", "x坐标", "lon", "lng", "long", "longitude", "x"),
    "lat": ("纬度", "y坐标", "lat", "latitude", "y"),
    "address": ("地址", "发生地址", "问题地址", "位置描述", "位置", "地点", "事发地点", "address",
                "location"),
    "grid": ("网格编码", "单元网格编码", "单元网格", "所在网格", "网格代码", "网格号", "bgcode",
             "grid_code", "grid"),
    "channel": ("来源", "问题来源", "案卷来源", "上报来源", "信息来源", "source", "channel",
                "requestsource"),
    "component": ("部件编码", "部件代码", "部件标识码", "objid", "component"),
    "status": ("状态", "案卷状态", "处理状态", "案件状态", "status"),
}  # fmt: skip
"""Attribute of a past case, and the names its column goes by, the commoner first."""

TIMES = (
    "reported_at", "filed_at", "dispatched_at", "answered_at", "verified_at", "closed_at",
)  # fmt: skip
"""Times in the order in which a case passes them; the deadline stands beside."""
LEAST = 4
"""So many known names make a file of cases."""


def recognised(fields: Sequence[str]) -> dict[str, str]:
    """The columns whose names say what they hold."""
    return columns.recognised(fields, NAMES)


def is_feed(fields: Sequence[str]) -> bool:
    """Whether the names of columns are those of past cases: when, and of which class."""
    found = recognised(fields)
    return len(found) >= LEAST and {"reported_at", "class"} <= set(found)


def column_map(
    fields: Sequence[str], given: Mapping[str, str], file: str, layer: str
) -> columns.ColumnMap:
    """The columns the user named, and those known by their names.

    Raises
    ------
    InputError
        ``E-CASE-FIELD``.
    """
    return columns.column_map(fields, given, file, layer, NAMES, "E-CASE-FIELD")
