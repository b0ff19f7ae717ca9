"""Pages of Smartcar's documentation and our schemas and handbook pages → the differences between what they say."""
