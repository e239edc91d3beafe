"""The records on a PostgreSQL server: the same tables, statements and promises, by that server's means.

What is stored is the same on both, value for value: days and moments as text, yes and no as 1 and 0, whole numbers of
64 bits, text compared byte by byte. So an entry has the same canonical form and the same seal here as there, and a home
moves over and back without a row being rewritten. Where the two speak differently is in here, a module each:

- `speech`: SQL as SQLite reads it, as PostgreSQL does; `functions`: what SQLite can and PostgreSQL cannot
- `dialect`: columns, values, ids of new rows; `address`: the server's URL, and what is wrong with a server
- `server_store`: transactions, one at a time that write; `triggers`: guards, and what a program notes to seal it
- `tables`: makes all of this in a database, and compares it with what this release makes; `guarded`: what a migration
  asks of it
- `rows`: carries a table over and back; `copies`: carries all of them into one file, or a file's into the server

Only these modules import psycopg, and only a home with `database.url` imports them.
"""
