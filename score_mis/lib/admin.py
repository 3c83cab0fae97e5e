"""What the administration site may touch: never what has a status, never what is history, and nothing is deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class KeptAdmin(admin.ModelAdmin):
    """Records that may be added and changed, and stay."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Records that only the product itself writes: those with a status, their change rows, published versions."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Added through their moves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Changed through their moves."""
        return False
