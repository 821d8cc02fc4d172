//! What OpenAPI adds to JSON Schema.
