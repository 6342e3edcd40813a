"""The order, and the times, of pictures as their names give them."""
