"""Tools of this project: each says in its first lines what it does and how it is run."""
