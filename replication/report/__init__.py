"""What readers open: the page with results and evidence."""
