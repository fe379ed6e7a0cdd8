"""Reads what the analysis needs: sums of cases by the database, as arrays.

A window of days is a range of keys, so that only its months are read, and everything that can be
summed is summed there.
"""
