"""What the product costs beside the least that the work can cost (`make bench`)."""
