"""Alembic's entry: the connection is handed in by storage.database.migrate."""

from alembic import context

from keyreeve.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
