"""What the school posts: kinds of posting, each one declaration, and the way of every one of them."""
