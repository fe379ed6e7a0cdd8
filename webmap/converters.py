"""Forms of the variable parts of addresses."""

from django.urls.converters import StringConverter


class VersionConverter(StringConverter):
    """A version of a plan or a tile layer, also safe as the name of a folder."""

    regex = "[0-9a-z-]{1,40}"


class LayerConverter(StringConverter):
    """The name of a tile layer."""

    regex = "[a-z]{1,20}"


class GridCodeConverter(StringConverter):
    """A unit grid code."""

    regex = "[0-9]{1,20}"


class WholeConverter:
    """A whole number of any sign, so that the view can say what is wrong with it."""

    regex = "-?[0-9]{1,12}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(value)


class OrdinalConverter(WholeConverter):
    """A grid's number in its edition."""

    regex = "[0-9]{1,9}"


class ReportConverter(StringConverter):
    """The ending of a report of an import."""

    regex = "csv|geojson"


class ComponentCodeConverter(StringConverter):
    """The code of a component, its identity card."""

    regex = "[0-9]{16,17}"


class ListConverter(StringConverter):
    """The ending of a list of addresses as a file."""

    regex = "csv|xlsx|gpkg"


class CaseNumberConverter(StringConverter):
    """The number of a case."""

    regex = "[0-9]{20}"


class PatrolAreaConverter(StringConverter):
    """The code of a patrol area: a street's and a number."""

    regex = "[0-9]{9}-[0-9]{2,6}"


class LoginNameConverter(StringConverter):
    """The log-in name of a person."""

    regex = r"[\w.@+-]{1,150}"
