"""`python -m replication <verb>`: the same verbs as make, for systems without it."""

from replication.cli import main

if __name__ == "__main__":
    main()
