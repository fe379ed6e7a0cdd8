"""Writes made-up cases (`fixtures.cases.generate`) into the database, with those who make moves.

``ground`` reads the grids and components they lie on, ``bodies`` and ``cast`` write departments,
rules and people, ``following`` tells from the moves what stands in a case, ``case_rows`` and
``event_rows`` make the rows of COPY, and ``make`` puts them together month by month.
"""
