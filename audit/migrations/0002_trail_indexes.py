from django.db import migrations, models


class Migration(migrations.Migration):
    """What the auditors' page searches by: time, person, action, address and request."""

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["at"], name="event_at"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["actor_uid", "at"], name="event_actor"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["action", "at"], name="event_action"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("address__gt", "")), fields=["address", "at"], name="event_address"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("request_id__gt", "")), fields=["request_id"], name="event_request"),
        ),
    ]
