"""The records on a PostgreSQL server: the same tables, statements and promises as in a file, by the server's means.

Both store the same, value for value: days and moments as text, yes and no as 1 and 0, whole numbers of 64 bits, text
compared byte by byte. So an entry has the same canonical form and the same seal in both, and a home moves from one
to the other without a row being rewritten. What the two do differently is here, in one module each:

- `speech`: translates SQLite's SQL; `functions`: defines what SQLite can and PostgreSQL cannot do
- `dialect`: columns, values, ids of new rows; `address`: the server's URL, and what is wrong with a server
- `server_store`: transactions, of which one at a time writes; `bounded`: its connection, with time limits
- `triggers`: guards, and what a program notes to seal it; `rights`, `roles`: what each program may do
- `tables`: makes all of this in a database, and compares it with this release; `guarded`: what a migration needs of it
- `rows`: copies a table from a file to a server and back; `copies`: copies all of them

Only these modules import psycopg, and only a home with `database.url` imports them.
"""
