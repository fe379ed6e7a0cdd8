"""Cut communities into unit grids: pure geometry, no database, no files, no clock.

A part is loaded when one of its names is first asked for: the compiler of the engine takes a second
that a process which cuts nothing need not wait. ``__init__.pyi`` tells which name is in which part.
"""

import lazy_loader

ENGINE_VERSION = 4
"""Raised when the engine makes other grids of the same input, so that both can be told apart."""

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
