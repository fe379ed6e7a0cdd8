"""Parts of the measure of a grid plan; they know nothing of the engine that made it."""
