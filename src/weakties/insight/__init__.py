"""So what: one module per question. Each takes tables and people, and returns rows with reasons and evidence."""
