"""Sessions and findings as lines with roles: transcript, ladder, hex, plain text, JSON."""
