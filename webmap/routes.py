"""How addresses are written: forms of their parts, and guards of the REST framework."""

from __future__ import annotations

from django.urls import path, register_converter

from webmap import converters

register_converter(converters.VersionConverter, "version")
register_converter(converters.LayerConverter, "layer")
register_converter(converters.GridCodeConverter, "code")
register_converter(converters.OrdinalConverter, "ordinal")
register_converter(converters.WholeConverter, "whole")
register_converter(converters.ReportConverter, "report")
register_converter(converters.ComponentCodeConverter, "component")
register_converter(converters.ListConverter, "list")
register_converter(converters.CaseNumberConverter, "case")
register_converter(converters.PatrolAreaConverter, "area")
register_converter(converters.LoginNameConverter, "login")


def data(address: str, view: type, guard: type, name: str):
    """An address of the REST framework with its guard."""
    return path(address, view.as_view(permission_classes=[guard]), name=name)
