"""What people write on the map and keep of it: notes, and views under names of their own."""
