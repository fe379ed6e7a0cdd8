"""Front ends that draw the same grids in the same page: ours and others."""
