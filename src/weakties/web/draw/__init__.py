"""Drawings made by the server: each says in words what it shows and has its table."""
