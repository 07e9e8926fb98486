"""The table of the cache in which the limits of django-allauth are counted; PostgreSQL, so that they hold without Redis."""

from django.db import migrations

CREATE = """
CREATE TABLE portal_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX portal_cache_expires ON portal_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [migrations.RunSQL(CREATE, "DROP TABLE portal_cache")]
