"""Sources as reference managers know them: BibTeX, RIS and CSL-JSON read into case files and written from them."""
