"""Reading rows together with those they point to."""
