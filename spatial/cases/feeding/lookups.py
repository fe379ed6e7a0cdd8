"""What words in files of past cases mean: classes, sources, ends, departments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from spatial.cases.models import CaseClass, Channel, Department, FilingStandard, Kind
from spatial.cases.models.words import Outcome
from spatial.cases.services.catalogue import EVERYWHERE
from spatial.core.errors import NotFoundError

CHANNELS = {
    Channel.INSPECTOR: ("监督员", "监督员上报", "巡查", "采集员", "城管通", "网格员", "inspector"),
    Channel.HOTLINE: ("热线", "12345", "12319", "12345热线", "公众举报", "电话", "电话举报",
                      "市民热线", "hotline", "phone", "call"),
    Channel.WEB: ("网站", "网络", "互联网", "web", "self service", "online"),
    Channel.APP: ("微信", "公众号", "小程序", "app", "手机", "mobile app"),
    Channel.VIDEO: ("视频", "视频监控", "摄像头", "video"),
    Channel.SENSOR: ("物联网", "传感器", "sensor"),
    Channel.DEPARTMENT: ("部门", "部门上报", "专业部门", "department", "driver self report"),
    Channel.MEDIA: ("媒体", "媒体曝光", "media", "twitter"),
    Channel.LEADER: ("领导", "领导批示", "领导交办", "信访", "leader", "letter"),
}  # fmt: skip
KINDS = {
    Kind.COMPONENT: ("部件", "部件类", "城市部件", "component"),
    Kind.EVENT: ("事件", "事件类", "城市事件", "event"),
}
ENDS = {
    Outcome.DONE: ("结案", "已结案", "办结", "已办结", "归档", "closed", "done", "completed"),
    Outcome.REFUSED: ("不予立案", "不立案", "不予受理", "未立案", "referred out", "refused"),
    Outcome.REJECTED: ("作废", "已作废", "无效", "撤销", "cancelled", "canceled", "rejected"),
}
CODE_DIGITS = (4, 5)
NAME_MOST = 100


def _words(table: dict) -> dict[str, str]:
    words = {word.casefold(): str(key.value) for key, given in table.items() for word in given}
    return words | {str(key.value): str(key.value) for key in table}


CHANNEL_OF, KIND_OF, END_OF = _words(CHANNELS), _words(KINDS), _words(ENDS)


@dataclass(frozen=True, slots=True)
class Class:
    """What the import needs of a class."""

    pk: int
    kind: str
    main_code: str
    main_name: str


@dataclass(frozen=True, slots=True)
class Standard:
    """A filing standard with its limit."""

    pk: int
    limit_n: Decimal
    limit_unit: str


class Classes:
    """The classes of a catalogue by code and by name.

    Raises
    ------
    NotFoundError
        ``E-CATALOGUE-MISSING`` where it is not loaded.
    """

    def __init__(self, catalogue: str) -> None:
        self._by: dict[str, list[Class]] = defaultdict(list)
        rows = list(CaseClass.objects.filter(catalogue=catalogue, in_use=True))
        if not rows:
            text = _("Load the catalogue of cases %(version)s first: load_case_classes.")
            raise NotFoundError("E-CATALOGUE-MISSING", text % {"version": catalogue[:40]})
        for row in rows:
            one = Class(row.pk, row.kind, row.main_code, row.main_name)
            for word in {row.code, row.name.casefold(), row.name_en.casefold()} - {""}:
                self._by[word].append(one)
        self._standards: dict[int, list[tuple[str, Standard]]] = defaultdict(list)
        found = FilingStandard.objects.filter(
            case_class__in=rows, in_use=True, area_class=EVERYWHERE
        ).order_by("number")
        for row in found:
            told = Standard(row.pk, row.limit_n, row.limit_unit)
            self._standards[row.case_class_id].append((row.condition, told))
        self._known: dict[tuple[str | None, ...], Class | None] = {}

    def find(self, kind: str | None, main: str | None, name: str | None) -> Class | None:
        """The one class that fits all that a row says, None for none or several."""
        said = (kind, main, name)
        if said not in self._known:
            self._known[said] = self._find(*said)
        return self._known[said]

    def _find(self, kind: str | None, main: str | None, name: str | None) -> Class | None:
        word = (name or "").strip().casefold()
        fits = self._by.get(word, [])
        for digits in CODE_DIGITS:
            # A spreadsheet eats the zero in front.
            fits = fits or (self._by.get(word.zfill(digits), []) if word.isdigit() else [])
        wanted = KIND_OF.get((kind or "").strip().casefold())
        if wanted:
            fits = [one for one in fits if one.kind == wanted]
        if len(fits) > 1 and main:
            head = main.strip()
            fits = [one for one in fits if head in (one.main_name, one.main_code)
                    or one.main_name.startswith(head)]  # fmt: skip
        return fits[0] if len(fits) == 1 else None

    def standard(self, one: Class, condition: str | None) -> Standard | None:
        """The standard that a row names, or the only one of the class."""
        known = self._standards.get(one.pk, [])
        named = [told for text, told in known if condition and text == condition.strip()]
        if named or len(known) == 1:
            return (named or [told for _text, told in known])[0]
        return None


class Bodies:
    """Departments by code, by name, and by the names surveys know them by."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        for row in Department.objects.order_by("-in_use", "code").prefetch_related("organisations"):
            for word in (
                row.code,
                row.name,
                row.name_en,
                *(o.name for o in row.organisations.all()),
            ):
                if word:
                    self.known.setdefault(word, row.pk)
        self.new: set[str] = set()

    def meet(self, names: set[str]) -> None:
        """Note those that are not known."""
        self.new |= names - self.known.keys()

    def store(self) -> dict[str, int]:
        """Make departments of the names that are not known; the key of every name."""
        taken = set(Department.objects.filter(code__startswith="X").values_list("code", flat=True))
        number = 0
        for name in sorted(self.new):
            number += 1
            while f"X{number:03d}" in taken:
                number += 1
            row = Department.objects.create(code=f"X{number:03d}", name=name[:NAME_MOST])
            taken.add(row.code)
            self.known[name] = row.pk
        self.new = set()
        return self.known
