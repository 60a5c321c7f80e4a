"""Whether the API, as it runs, is what its OpenAPI document says."""
