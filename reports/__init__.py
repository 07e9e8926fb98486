"""The yearly evaluation sheet: its programme, its figures and its builds. Reads every app, imported by none."""
