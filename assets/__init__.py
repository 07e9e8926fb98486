"""The registers of information assets, network devices and personal-data items."""
