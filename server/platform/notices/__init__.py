"""What colleagues are told of: kept for each of them until read, and mailed where they chose so."""
