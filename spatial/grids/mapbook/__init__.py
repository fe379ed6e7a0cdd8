"""The map book: the grids of a street or district on paper, as a PDF."""

from spatial.grids.mapbook.book import BookSummary, check_book, make_book
from spatial.grids.mapbook.sheets import PAPERS
from spatial.grids.mapbook.tints import COLOURS, GRADE, Grades

__all__ = ["COLOURS", "GRADE", "PAPERS", "BookSummary", "Grades", "check_book", "make_book"]
