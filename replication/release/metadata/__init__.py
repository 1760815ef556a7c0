"""The package told to archives in their formats: made from CITATION.cff, the codebook, the exhibits and the logs."""
