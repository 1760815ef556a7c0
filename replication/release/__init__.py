"""What makes the package trustworthy to a stranger: manifest, verification, the released estimates, the deposit."""
