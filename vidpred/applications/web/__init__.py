"""A page in the browser: drop a clip, pick a moment, and see how it goes on, beside simple rivals and the truth."""
