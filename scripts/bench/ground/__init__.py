"""The ground that benchmarks cut: areas that anyone can get."""
