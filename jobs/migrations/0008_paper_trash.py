"""Documents of the board paper can be brought back for a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_suggestions")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="deleted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        )
    ]
