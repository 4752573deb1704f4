"""What happened. Append-only facts with their origin; knows nothing of people or scores."""
