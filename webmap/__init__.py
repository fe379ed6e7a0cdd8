"""The Django project and everything that speaks HTTP; nothing imports it."""
