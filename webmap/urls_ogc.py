"""Addresses of OGC API Features, each with who may use it, as in ``webmap/urls.py``."""

from django.urls import re_path

from webmap.api.permissions import CollectionIsOpen, MapIsOpen
from webmap.ogc import views as ogc
from webmap.routes import data

COLLECTION = "ogc/collections/<layer:collection>"

urlpatterns = [
    data("ogc/", ogc.Landing, MapIsOpen, "ogc"),
    data("ogc/conformance", ogc.Conformance, MapIsOpen, "ogc-conformance"),
    data("ogc/api", ogc.Api, MapIsOpen, "ogc-api"),
    data("ogc/collections", ogc.Collections, MapIsOpen, "ogc-collections"),
    data(COLLECTION, ogc.OneCollection, CollectionIsOpen, "ogc-collection"),
    data(f"{COLLECTION}/queryables", ogc.Queryables, CollectionIsOpen, "ogc-queryables"),
    data(f"{COLLECTION}/schema", ogc.Schema, CollectionIsOpen, "ogc-schema"),
    data(f"{COLLECTION}/items", ogc.Items, CollectionIsOpen, "ogc-items"),
    data(f"{COLLECTION}/items/<slug:key>", ogc.Item, CollectionIsOpen, "ogc-item"),
    re_path(r"^ogc/", ogc.Nothing.as_view()),
]
