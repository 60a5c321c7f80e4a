"""What is between the HTTP server and the applications."""
