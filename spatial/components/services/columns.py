"""Which column of a survey holds what: the names of the standards are known by themselves.

Names are those of the CJ/T 214 era (ObjID, DeptCode1, BGID …) as public surveys carry them, those
of GB/T 47678.5 (GLBJBSM, ZGBMDM …), and plain Chinese and English ones. Case is disregarded, since
shapefiles shout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from spatial.basemap.io.problems import problem

NAMES: dict[str, tuple[str, ...]] = {
    "code": ("objid", "objcode", "glbjbsm", "部件代码", "部件编码", "部件标识码", "code"),
    "kind": ("classcode", "class", "typecode", "小类代码", "小类", "部件类型", "部件小类"),
    "name": ("objname", "glbjmc", "部件名称", "名称", "name"),
    "supervisor_code": ("deptcode1", "zgbmdm", "主管部门代码"),
    "supervisor": ("deptname1", "zgbmmc", "主管部门名称", "主管部门"),
    "owner_code": ("deptcode2", "qsdwdm", "权属单位代码"),
    "owner": ("deptname2", "qsdwmc", "权属单位名称", "权属单位", "owner"),
    "keeper_code": ("deptcode3", "yhdwdm", "养护单位代码"),
    "keeper": ("deptname3", "yhdwmc", "养护单位名称", "养护单位", "keeper"),
    "grid": ("bgid", "bgcode", "szdywgbsm", "所在单元网格", "单元网格代码"),
    "position": ("objpos", "位置描述", "位置", "地址", "address"),
    "state": ("objstate", "glbjzt", "部件状态", "状态", "state"),
    "valid_from": ("ordate", "csrq", "初始日期", "启用日期"),
    "changed_on": ("chdate", "bgrq", "变更日期"),
    "data_source": ("datasource", "sjly", "数据来源"),
    "note": ("note", "note_", "bz", "备注"),
}
"""Attribute of a component, and the names its column goes by, the commoner first."""

LEAST = 4
"""So many known names make a survey; a code and a name has every table."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The column of each attribute; attributes without one are not here."""

    columns: Mapping[str, str]

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.columns

    def get(self, attribute: str) -> str | None:
        """The column of an attribute."""
        return self.columns.get(attribute)


def recognised(
    fields: Sequence[str], attributes: Mapping[str, tuple[str, ...]] = NAMES
) -> dict[str, str]:
    """The columns of a layer whose names say what they hold."""
    known = {field.strip().casefold(): field for field in reversed(fields)}
    found = {}
    for attribute, names in attributes.items():
        column = next((known[name] for name in names if name in known), None)
        if column is not None:
            found[attribute] = column
    return found


def is_survey(fields: Sequence[str]) -> bool:
    """Whether the names of a layer's columns are those of a survey, not just of any table."""
    found = recognised(fields)
    return len(found) >= LEAST and ("code" in found or "kind" in found)


def column_map(
    fields: Sequence[str],
    given: Mapping[str, str],
    file: str,
    layer: str,
    attributes: Mapping[str, tuple[str, ...]] = NAMES,
    code: str = "E-COMPONENT-FIELD",
) -> ColumnMap:
    """The columns the user named, and those whose names are known for the rest.

    An attribute that the user maps to an empty text is not read at all.

    Raises
    ------
    InputError
        ``code`` for an attribute or a column there is none of.
    """
    known = {field.casefold(): field for field in reversed(fields)}
    found = recognised(fields, attributes)
    for attribute, column in given.items():
        if attribute not in attributes:
            text = _("There is no attribute %(name)s; there are %(names)s.")
            text %= {"name": attribute[:40], "names": ", ".join(attributes)}
            raise problem(code, text, file, layer)
        if column and column.casefold() not in known:
            text = _("The layer has no field %(field)s; it has %(fields)s.")
            text %= {"field": column[:60], "fields": ", ".join(fields)}
            raise problem(code, text, file, layer)
        found.pop(attribute, None)
        if column:
            found[attribute] = known[column.casefold()]
    return ColumnMap(found)


def parse_map(text: str) -> dict[str, str]:
    """The map of ``code=BH,owner=QSDW`` or a line each; for the command line and forms.

    Raises
    ------
    InputError
        ``E-COMPONENT-FIELD`` for a piece without an equals sign.
    """
    pairs = {}
    for piece in text.replace("\n", ",").split(","):
        if not piece.strip():
            continue
        attribute, equals, column = piece.partition("=")
        if not equals:
            sentence = _("Write the columns as attribute=COLUMN, with commas between.")
            raise problem("E-COMPONENT-FIELD", sentence, piece.strip()[:60])
        pairs[attribute.strip()] = column.strip()
    return pairs
