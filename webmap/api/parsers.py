"""Request bodies."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ShallowJSONParser(JSONParser):
    """JSON whose nesting does not exhaust the stack."""

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        """The value, or a syntax error also for ten thousand brackets."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
