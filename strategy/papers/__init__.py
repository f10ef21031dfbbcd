"""A canvas taken along: the tree of words, and the writers that lay it out. Pure."""
