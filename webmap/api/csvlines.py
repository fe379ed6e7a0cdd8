"""A table as the lines of a CSV file, made as they are sent."""

from spatial.basemap.io.writers.lines import BOM, csv_lines

__all__ = ["BOM", "csv_lines"]
