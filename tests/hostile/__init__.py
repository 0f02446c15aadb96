"""Input from strangers: loaders answer with a valid object or one clean line, and soon."""
