"""Brings past cases in from files of other platforms: CSV, workbooks, and files with points.

``columns`` knows what columns are called, ``times`` reads times in the forms they are written in,
``lookups`` finds classes, departments and sources, ``placing`` finds where a row lies, ``rows``
judges a batch, ``store`` writes it as cases with events, and ``bring`` puts them together.
"""
