"""The tables of the page, step by step."""
