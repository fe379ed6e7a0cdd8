"""The real loop of cases over HTTP: a filled store, the site on it, and people who work with it."""
