"""What goes to other people's tools and comes back: readers and writers of their files."""
