"""What is done with lists of addresses."""
