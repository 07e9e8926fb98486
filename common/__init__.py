"""Ground that every app stands on: no models, no imports from any app, one idea a file."""
