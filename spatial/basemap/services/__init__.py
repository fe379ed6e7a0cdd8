"""Writing services of the base map; import them from their modules."""
