"""Words that an answer should not go out with, by region: found, said why, with something better to say."""
