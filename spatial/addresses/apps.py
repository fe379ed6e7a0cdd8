"""Addresses app: lists of addresses that were geocoded, and what people decided about them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AddressesConfig(AppConfig):
    """Lists of addresses."""

    name = "spatial.addresses"
    label = "addresses"
    verbose_name = _("Lists of addresses")
    default_auto_field = "django.db.models.BigAutoField"
