"""What is personal in the store, how long it stays, and how it is erased."""
