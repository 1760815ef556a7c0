"""How a figure is drawn: style, room on the page, marks they share, files."""
