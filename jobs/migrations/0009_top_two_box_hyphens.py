"""The method is called as the method guide calls it; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0008_paper_trash")]

    operations = [
        migrations.AlterField(
            model_name="prioritysettings",
            name="method",
            field=models.CharField(
                choices=[("mean", "Mean"), ("top_two_box", "Top-two-box")], default="mean", max_length=11
            ),
        )
    ]
