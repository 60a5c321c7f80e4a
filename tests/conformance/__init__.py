"""Whether the running API is what its OpenAPI document says: schemathesis sends what it allows and forbids."""
