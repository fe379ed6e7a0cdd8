"""The gazetteer (地名地址库): places and addresses with their names, kept and looked up.

Every source writes rows of ``Place`` by the same stage: a base map by its layer map, a file of
places by ``intake``, regions and named roads by ``derive``. ``build`` then reads their texts into
elements, tells in which regions they lie and keeps their names with the keys by which the geocoder
compares. ``store`` answers the geocoder, ``reverse`` says what is near a point.

A place has a point and no more: roads keep their lines and regions their areas where they are,
as base map features and regions, whose spatial indexes serve crossings and nearest roads. A copy
here would double the largest geometries and could differ from the map.
"""
