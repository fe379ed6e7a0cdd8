"""Other methods to cut communities, put together from published parts as well as they can be."""
