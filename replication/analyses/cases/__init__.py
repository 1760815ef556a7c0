"""Cases compared as wholes: theories beside evidence, configurations, selection, time, place and follow-on."""
