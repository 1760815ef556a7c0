"""The form in the browser: adding a case or coding one, served to this machine alone."""
