"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): how other programs report and follow."""
