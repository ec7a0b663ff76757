"""What the provider writes, and what happens when somebody changes it: one row for every field."""
