"""Every defensible specification at once."""
