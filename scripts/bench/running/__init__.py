"""How benchmarks run things: each in a process of its own, with its own time and memory."""
