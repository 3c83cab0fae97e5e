"""The one line with which a form joins those that are taken once: `{% submission %}` inside it."""

import uuid
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.once import BY, KEY

register = template.Library()


@register.simple_tag(takes_context=True)
def submission(context: Context) -> SafeString | str:
    """Return hidden fields with a new UUID and the person for whom the form was opened; nothing for nobody."""
    user: Any = context.get("user")
    if user is None or not user.is_authenticated:
        return ""
    field = '<input type="hidden" name="{}" value="{}" autocomplete="off">'
    return format_html(field + field, KEY, uuid.uuid4(), BY, user.pk)
