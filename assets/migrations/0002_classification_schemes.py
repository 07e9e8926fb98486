"""The two classification schemes of the national guideline for local governments: until and since October 2024."""

import datetime as dt

from django.db import migrations

SCHEMES = {
    ("三段階の分類（機密性3・2・1）", dt.date(2003, 3, 1)): {
        "confidentiality": (("3", "機密性3"), ("2", "機密性2"), ("1", "機密性1")),
        "integrity": (("2", "完全性2"), ("1", "完全性1")),
        "availability": (("2", "可用性2"), ("1", "可用性1")),
    },
    ("五段階の分類（自治体機密性3A・3B・3C・2・1）", dt.date(2024, 10, 1)): {
        "confidentiality": (
            ("3A", "自治体機密性3A"),
            ("3B", "自治体機密性3B"),
            ("3C", "自治体機密性3C"),
            ("2", "自治体機密性2"),
            ("1", "自治体機密性1"),
        ),
        "integrity": (("2", "自治体完全性2"), ("1", "自治体完全性1")),
        "availability": (("2", "自治体可用性2"), ("1", "自治体可用性1")),
    },
}


def add(apps, schema_editor):
    """Add the schemes with their levels."""
    scheme_model = apps.get_model("assets", "ClassificationScheme")
    level_model = apps.get_model("assets", "ClassLevel")
    alias = schema_editor.connection.alias
    for (name, valid_from), aspects in SCHEMES.items():
        scheme = scheme_model.objects.using(alias).create(name=name, valid_from=valid_from)
        for aspect, levels in aspects.items():
            for order, (code, label) in enumerate(levels, start=1):
                level_model.objects.using(alias).create(
                    scheme=scheme, aspect=aspect, code=code, label=label, order=order
                )


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
