"""What shows that a build is what it says: manifest, parity and verification."""
