"""Static files with hashed names, also inside our JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashes names, follows ``import`` statements, and keeps serving a file unknown to it."""

    support_js_module_import_aggregation = True
    manifest_strict = False
