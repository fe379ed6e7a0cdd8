"""Vector tiles made in PostGIS: as files built ahead, and live for what is not there yet."""
