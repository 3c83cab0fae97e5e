"""Members of JSON objects as rows, on the database there is."""

from django.db import connection

from hazards.models import SafetyCheck
from hazards.tests.factories import make_check, make_version
from score_mis.lib.members import with_keys


def test_each_member_has_a_row_and_an_empty_object_none(world):
    version = make_version(world.programme)
    several = make_check(by=world.member, enterprise=world.enterprise, version=version)
    none = make_check(by=world.member, enterprise=world.enterprise, version=version)
    SafetyCheck.objects.filter(pk=none.pk).update(answers={})
    sql, parameters = with_keys(SafetyCheck.objects.order_by().values_list("pk", "answers"), "answers")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pk, key FROM ({sql}) found ORDER BY pk, key", parameters)
        assert cursor.fetchall() == [(several.pk, "E-01"), (several.pk, "E-02")]
