"""The only modules of the project that open files from outside."""
