"""Runs inside the transaction that `kiosk.store.schema` opened, on the connection that it hands over."""

from alembic import context

from kiosk.store import guards
from kiosk.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
guards.remove(connection)
context.run_migrations()
guards.install(connection)
