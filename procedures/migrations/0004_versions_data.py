"""What the new columns say of the versions that are in force already."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from procedures.content.verifying import unverified


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Count the unverified facts, and begin the history of levels with what holds today."""
    procedures, levels = apps.get_model("procedures", "Procedure"), apps.get_model("procedures", "ServiceLevel")
    for procedure in procedures.objects.exclude(current_version=None).select_related("current_version"):
        number = unverified(procedure.current_version.content)
        if number:
            procedures.objects.filter(pk=procedure.pk).update(unverified=number)
    services = apps.get_model("procedures", "OnlineService").objects.filter(levels=None)
    for service in services.exclude(procedure__current_version=None).select_related("procedure"):
        levels.objects.create(
            service=service, code=service.code, name_vi=service.name.get("vi", ""),
            level=service.override_level or service.level, legacy_level=service.legacy_level,
            valid_from=service.valid_from,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("procedures", "0003_versions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
