"""Reports that come by mail: what a message says, which article it means, what becomes of it."""
