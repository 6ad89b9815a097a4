"""Configuration files of any format as trees of nodes that know their lines."""
