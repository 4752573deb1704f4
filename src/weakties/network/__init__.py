"""The shape: who knows whom among my contacts, as far as the facts show."""
