"""Reads of whoever only looks, from copies of the database that PostgreSQL streams (replicas).

A thread for each copy looks twice a second how far it is (`watching`). A request that reads takes
the database with the fewest statements under way among those that are near enough (`fleet`,
`middleware`); who has just written, or was told of a change, takes none that has not got that far
yet (`positions`). Exports of the worker take one that shows all that was committed (`working`).
Without ``WANMI_REPLICA_URL`` no middleware and no router is there, and no thread runs.
"""
