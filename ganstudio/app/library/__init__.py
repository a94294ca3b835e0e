"""The runs that were recorded: found again, annotated, compared, and begun anew."""
