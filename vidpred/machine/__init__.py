"""The machine underneath: files, devices and precision, and libraries that need help to be imported."""
