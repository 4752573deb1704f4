"""The answers as JSON, the same on every surface: what the command line prints, the web answers with the very same rows."""
