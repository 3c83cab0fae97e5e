"""Indicators on pages of other apps: the registry's figures, as everywhere links to exactly their records."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from enterprises.models import Enterprise
from reports.figures import Page
from reports.live import LiveSource
from reports.measures import Span
from reports.readings import read_all
from reports.scope import Scope
from score_mis.lib.markup import fill, fill_each

register = template.Library()


@register.simple_tag
def enterprise_figures(enterprise: Enterprise, day: date, *indicators: str) -> SafeString:
    """Indicators of one enterprise as of a day, counted from its records; one query for each of their measures."""
    scope, span = Scope(enterprise=enterprise), Span(day)
    found, page = read_all(LiveSource(scope), span, indicators), Page(scope, span)
    figures = [page.big(name, found[name]) for name in indicators]
    lines = ((figure.name, figure.shown, figure.parts) for figure in figures)
    pattern = '<div><dt>{}</dt><dd><strong>{}</strong> <span class="parts">{}</span></dd></div>'
    return fill('<dl class="facts mb-3">{}</dl>', fill_each(pattern, lines))
