"""Builds the coded error of a bad input so that it always names file, layer and feature."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from spatial.core.errors import InputError


def problem(
    code: str,
    sentence: Any,
    file: str,
    layer: str = "",
    feature: str | int = "",
    **detail: Any,
) -> InputError:
    """Return the error to raise.

    ``sentence`` says what is wrong and what to do; the place (file, layer, feature) is added
    behind it and stands in ``detail`` for machines too.
    """
    place = [str(_("file %s") % file)]
    if layer:
        place.append(str(_("layer %s") % layer))
    if feature != "":
        place.append(str(_("feature %s") % feature))
    facts = {"file": file, "layer": layer, "feature": feature, **detail}
    kept = {key: value for key, value in facts.items() if value != ""}
    return InputError(code, f"{sentence} ({', '.join(place)})", **kept)
