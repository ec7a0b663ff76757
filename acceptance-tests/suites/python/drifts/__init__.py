"""What the provider writes, and what happens when somebody changes it: a row for every field."""
