"""Letters of the server: written from templates, kept, and sent by jobs until they have arrived."""
