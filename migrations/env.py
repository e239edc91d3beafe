"""Runs inside the transaction that `kiosk.store.schema` opened, on the connection that it hands over: a file's, or a
server's."""

from alembic import context

from kiosk.store import guards, schema
from kiosk.store.tables import metadata

connection = context.config.attributes["connection"]
beside = schema.on_a_server(connection) or guards
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
beside.remove(connection)
context.run_migrations()
beside.install(connection)
