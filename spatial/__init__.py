"""The Django data layer: small apps whose foreign keys point upwards only."""
