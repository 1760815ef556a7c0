"""Tables and figures: results in, files out. Nothing here estimates anything."""
