"""The words of a text and their stems, in the languages that Scholium knows: by these, texts are found."""
