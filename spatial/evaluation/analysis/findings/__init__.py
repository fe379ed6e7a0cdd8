"""Findings as pages, programs and reports show them: readers and pure analysis put together.

Each function takes what is asked for and gives a plain dictionary; words for people are made where
they are shown.
"""
