"""Tests of spatial.schemes."""
