"""The data for other tools, made on demand: a database, lists of references, a project of qualitative analysis."""
