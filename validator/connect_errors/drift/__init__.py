"""Compare pages of Smartcar's documentation with our schemas and handbook pages."""
