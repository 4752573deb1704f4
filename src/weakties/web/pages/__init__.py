"""One module per page: what it asks the workspace, and what its template is given."""
