"""Lists put "Marek 2" before "Marek 10": a key beside the pseudonym, which every database compares as text."""

from django.db import migrations, models

from interviews.natural import natural_key

BATCH = 500


def fill(apps, schema_editor):
    people = apps.get_model("interviews", "Participant")._base_manager
    changed = list(people.only("pk", "pseudonym"))
    for person in changed:
        person.sort_key = natural_key(person.pseudonym)
    people.bulk_update(changed, ["sort_key"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("interviews", "0002_codes")]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="sort_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=240),
            preserve_default=False,
        ),
        migrations.AlterModelOptions(name="participant", options={"ordering": ["sort_key", "pk"]}),
        migrations.AlterModelOptions(
            name="interview", options={"ordering": ["participant__sort_key", "pk"]}
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
