"""Rights and triggers that keep evidence as it was written.

A model declares what may never change: `append_only = True` (no row is ever changed or deleted) or
`frozen_fields = ("snapshot", ...)` (those columns never change and no row is deleted), the latter with
`closed_by = "finished_at"` when a row stands still for good once that column is filled. Applied after every
migration, so what stands in the database is what the models say:

1. the role the portal works as owns nothing, and holds no UPDATE on frozen columns, no DELETE and no TRUNCATE;
2. triggers stop the owner's own mistakes.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTIONS = """
CREATE OR REPLACE FUNCTION moka_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps evidence: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION moka_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE field text;
BEGIN
    FOREACH field IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) -> field IS DISTINCT FROM to_jsonb(OLD) -> field THEN
            RAISE EXCEPTION '%.% is frozen', TG_TABLE_NAME, field USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


def protected_models() -> Iterator[type[models.Model]]:
    """Yield the models that declare `append_only` or `frozen_fields`."""
    for model in apps.get_models():
        if is_append_only(model) or frozen_columns(model):
            yield model


def is_append_only(model: type[models.Model]) -> bool:
    """Tell whether no row of `model` may ever change."""
    return getattr(model, "append_only", False)


def frozen_columns(model: type[models.Model]) -> list[str]:
    """Return the columns of `model` that keep their first value."""
    return [str(model._meta.get_field(name).column) for name in getattr(model, "frozen_fields", ())]  # type: ignore[union-attr]


def apply_protection(connection: BaseDatabaseWrapper, app_role: str) -> None:
    """Grant `app_role` its rights and set the triggers, over `connection`, the owner's. May be run any time."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        present = [model for model in protected_models() if model._meta.db_table in tables]
        cursor.execute(FUNCTIONS)
        for model in present:
            for statement in _triggers(model):
                cursor.execute(statement)
        if app_role != connection.settings_dict["USER"]:
            for statement in _grants(connection.ops.quote_name(app_role), present):
                cursor.execute(statement)


def _triggers(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    refused = "UPDATE OR DELETE OR TRUNCATE" if is_append_only(model) else "DELETE OR TRUNCATE"
    yield (
        f'CREATE OR REPLACE TRIGGER moka_evidence BEFORE {refused} ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION moka_refuse()"
    )
    if closed_by := getattr(model, "closed_by", ""):
        yield (
            f'CREATE OR REPLACE TRIGGER moka_closed BEFORE UPDATE ON "{table}" '
            f'FOR EACH ROW WHEN (OLD."{closed_by}" IS NOT NULL) EXECUTE FUNCTION moka_refuse()'
        )
    if columns := frozen_columns(model):
        arguments = ", ".join(f"'{column}'" for column in columns)
        yield (
            f'CREATE OR REPLACE TRIGGER moka_frozen BEFORE UPDATE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION moka_refuse_frozen({arguments})"
        )


def _grants(role: str, models_present: list[type[models.Model]]) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}"
    for model in models_present:
        table = f'"{model._meta.db_table}"'
        yield f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"
        if not is_append_only(model):
            frozen = frozen_columns(model)
            free = [f.column for f in model._meta.concrete_fields if f.column not in frozen and not f.primary_key]
            columns = ", ".join(f'"{column}"' for column in free)
            yield f"GRANT UPDATE ({columns}) ON {table} TO {role}"
