"""Jobs of the reminders app; each calls one function and may run twice."""

from celery import shared_task
from django.conf import settings

from enterprises.models import Programme
from reminders import rounds
from score_mis.lib import dates


@shared_task
def remind() -> int:
    """Send the day's reminders, and again what failed, by day in the programme's zone; return how many went out."""
    programme = Programme.objects.current()
    zone = programme.time_zone if programme else settings.TIME_ZONE
    return rounds.remind(dates.today(zone)).sent if rounds.is_time(zone) else 0
