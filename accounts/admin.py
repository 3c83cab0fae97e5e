"""People in Django's administration site: for administrators."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import Submission, User
from score_mis.lib.admin import ReadOnlyAdmin


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Accounts, passwords, administrators."""

    list_display = ["username", "name", "email", "language", "is_active", "is_superuser"]
    search_fields = ["username", "name", "email"]
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "email", "language"]}),
        (
            _("Administration"),
            {"fields": ["is_active", "is_staff", "is_superuser", "last_login", "date_joined"]},
        ),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "name", "email", "language", "password1", "password2"],
            },
        )
    ]


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Forms that were taken, to answer where one has gone; never what was typed."""

    list_display = ["taken_at", "person", "path", "record_url"]
    search_fields = ["uuid", "person__username", "path"]
    fields = ["uuid", "taken_at", "person", "path", "record_url"]
    list_select_related = ["person"]
