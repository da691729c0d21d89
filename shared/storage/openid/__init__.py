"""What the OpenID provider keeps."""
