"""The Train workspace: runs as they go on, their past, and other runs beside them."""
