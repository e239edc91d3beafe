"""The only SQL: engine, tables, and one module per subject. Functions take a Connection and never commit."""
