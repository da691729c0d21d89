"""What the pages look like and say: name, logo, colours, and texts in each language. Pure, but for
the files of the site."""
