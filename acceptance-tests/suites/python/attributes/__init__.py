"""What each argument of a bridge does: one row for every attribute of the schema."""
