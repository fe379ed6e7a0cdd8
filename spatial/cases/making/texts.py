"""Made-up words of cases: what the field would write, in the language of the data."""

from __future__ import annotations

from types import MappingProxyType

REASONS = MappingProxyType(
    {
        "deny": ("现场未发现所述问题", "到场时问题已消失"),
        "refuse": ("未达到立案条件", "不属于城市管理范围"),
        "reject": ("上报内容无效", "位置与描述不符"),
        "redispatch": ("派遣有误,改派权属单位", "经核实不属该部门职责"),
        "decline": ("非本部门权属", "不在本部门管辖范围内"),
        "ask_extension": ("需要协调施工单位", "材料采购尚需时日"),
        "agree_extension": ("情况属实,同意上报", "同意"),
        "grant_extension": ("同意延期", "准予延期"),
        "hold": ("纳入改造计划,暂缓处置", "需跨部门协调"),
        "press": ("即将超时,请尽快处置", "已超时,请说明原因"),
        "answer": ("已按要求处置完毕", "现场已恢复"),
        "fail": ("现场问题仍在", "处置不彻底"),
        "rework": ("核查未通过,返工", "请重新处置"),
        "force_close": ("客观原因无法处置,强制结案", "已由上级另行安排"),
        "reopen": ("问题再次出现", "市民反映未解决"),
    }
)
"""Two for each move that gives any."""
