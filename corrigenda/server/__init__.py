"""Between the HTTP server (granian) and the applications: raw headers, bodies with limits, threads."""
