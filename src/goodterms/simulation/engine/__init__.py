"""The seam to the database: Django's PostgreSQL engine, whose statements pass the stage."""
