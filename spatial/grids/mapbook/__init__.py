"""The map book: the grids of a street or district on paper, as a PDF."""

from spatial.grids.mapbook.book import BookSummary, check_book, make_book
from spatial.grids.mapbook.sheets import PAPERS
from spatial.grids.mapbook.tints import COLOURS

__all__ = ["COLOURS", "PAPERS", "BookSummary", "check_book", "make_book"]
