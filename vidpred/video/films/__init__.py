"""Writes films again, longer or with more frames per second, with all else that their files hold."""
