"""Apart from the code, since every process that signs or seals needs to know it."""

REQUEST_SECONDS = 900
"""As long as common clients keep the cookie that they compare the answer with."""
