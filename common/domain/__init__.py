"""What Scholium does, one package a subject: plain functions over ports."""
