"""Analysis of cases: where and when they are many, what is to come, and what cannot be true.

The modules here are pure: arrays and tables come in, findings go out; no Django, no database and no
clock, and chance only from a seed that is given. `spatial.evaluation.analysis.reading` is the one
part that asks the database.

``hotspots`` and ``clusters`` find places, ``tables`` sums hours, ages, classes and departments,
``forecast`` expects the coming week, ``bursts`` and ``downhill`` warn, ``honesty`` looks for
patterns of faked ledgers.
"""
