"""OGC API Features: how other programs read what the map shows, in pages of GeoJSON or HTML.

Part 1 (core), Part 2 (reference systems) and of Part 3 the queryables and their plain parameters.
"""
