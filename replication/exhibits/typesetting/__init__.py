"""How a table is set: as text, LaTeX, HTML and CSV."""
