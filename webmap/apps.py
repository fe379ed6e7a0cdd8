"""The site itself as an app, for its templates, static files and commands."""

from django.apps import AppConfig


class WebmapConfig(AppConfig):
    """Templates, static files, translations and commands of the site."""

    name = "webmap"
