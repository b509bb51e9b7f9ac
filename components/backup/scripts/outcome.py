"""What a restore test may say: that something was not restored, and why."""


class Failed(Exception):
    """The restore is not whole, or could not be tested; the text is the reason."""


class Interrupted(Failed):
    """Somebody ended the test before it was over."""


class Busy(Failed):
    """Another restore test has the scratch namespace, which is left to it."""
