"""The machine underneath: files, devices and precision, and libraries that do not open by themselves."""
