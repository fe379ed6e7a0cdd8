"""The site without tiles as files, so that each is made while somebody waits; for `ogc.py`."""

from webmap.wsgi import application  # isort: skip - the models want Django to be set up
from webmap import standing
from webmap.tiles import store

__all__ = ["application"]

store.read = lambda *_asked: None
store.write = lambda *_made: None
standing.KEPT = frozenset()
