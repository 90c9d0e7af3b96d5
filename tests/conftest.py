"""What any test may ask for."""

pytest_plugins = ["tests.emulators.firestore"]
