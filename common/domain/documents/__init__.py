"""What learners and teachers upload: files, their text by page, and the chunks that are searched."""
