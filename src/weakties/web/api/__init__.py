"""The interface for programs, under /api/v1: the rows of the command line, over HTTP, with tokens that may do so much and no more."""
