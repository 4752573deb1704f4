"""The command line: words in, a question to the workspace, a table or JSON out."""
