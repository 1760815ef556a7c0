"""Methods: arrays in, frozen results out. Nothing here knows a case or a file."""
