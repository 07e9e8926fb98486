from django.db import migrations, models
from django.db.models.expressions import NegatedExpression


class Migration(migrations.Migration):
    """An event's data is nested 50 levels at most, so that no row can make the trail unreadable."""

    dependencies = [
        ("audit", "0002_trail_indexes"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=NegatedExpression(
                    models.Func(
                        models.F("data"),
                        models.Value("$.**{50}"),
                        function="JSONB_PATH_EXISTS",
                        output_field=models.BooleanField(),
                    )
                ),
                name="event_data_is_not_deep",
            ),
        ),
    ]
