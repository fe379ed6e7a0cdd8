"""What changes schemes, and what is computed from them."""
