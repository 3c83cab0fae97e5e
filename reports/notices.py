"""Mail to those who keep the installation running."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from reports.differences import worded
from reports.models import Recount
from score_mis.lib.links import absolute

logger = logging.getLogger(__name__)

MOST_LINES = 20


def readers() -> dict[str, str]:
    """The addresses of OPERATIONS_EMAIL, else of the administrators, each with its reader's language."""
    people = User.objects.filter(is_active=True).exclude(email="").annotate(address=Lower("email"))
    if not settings.OPERATIONS_EMAIL:
        return dict(people.filter(is_superuser=True).values_list("email", "language"))
    languages = dict(
        people.filter(address__in=[address.lower() for address in settings.OPERATIONS_EMAIL])
        .order_by("-pk")
        .values_list("address", "language")
    )
    return {
        address: languages.get(address.lower(), settings.LANGUAGE_CODE)
        for address in settings.OPERATIONS_EMAIL
    }


def tell_drift(recount: Recount) -> None:
    """Mail what a recount found; a mail server that fails is logged and stops nothing."""
    mails = []
    for address, language in readers().items():
        with translation.override(language):
            mails.append(EmailMessage(_subject(recount), _body(recount), to=[address]))
    if not mails:
        logger.warning(
            "Nobody gets mail about %d differences; set OPERATIONS_EMAIL.", len(recount.differences)
        )
        return
    try:
        get_connection().send_messages(mails)
    except (SMTPException, OSError) as error:
        logger.error("The mail about %d differences was not sent (%s).", len(recount.differences), error)


def _subject(recount: Recount) -> str:
    n = len(recount.differences)
    return ngettext(
        "SCORE MIS: %(n)s figure differs from the records",
        "SCORE MIS: %(n)s figures differ from the records",
        n,
    ) % {"n": n}


def _body(recount: Recount) -> str:
    moment = date_format(timezone.localtime(recount.finished_at), "DATETIME_FORMAT")
    lines = worded(recount.differences[:MOST_LINES])
    if more := len(recount.differences) - len(lines):
        lines.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
    return "\n\n".join([
        _("The recount of %(moment)s found differences between the tallies and the records:") % {"moment": moment},
        "\n".join(lines),
        _("They are being repaired by a full build from the records. When it ended stands here: %(address)s")
        % {"address": _address()},
        _(
            "A difference means that records were changed past the moves, or an error in the program. Keep this mail "
            "and report it."
        ),
    ])  # fmt: skip


def _address() -> str:
    """The page of operations."""
    return absolute(reverse("reports:operations"))
