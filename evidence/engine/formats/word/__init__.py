"""What is left to do on the Word file that Pandoc has written."""
