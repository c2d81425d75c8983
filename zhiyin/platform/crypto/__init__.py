"""Secrets at rest: encrypted fields, blind indexes for equality search, key rotation.

Words: *key ring*, the keys of ZHIYIN_KEYS in order, of which the first encrypts and all decrypt;
*context*, the place a value belongs to, so that a ciphertext moved to another column does not open;
*blind index*, a keyed fingerprint by which an encrypted value is found without being read.
"""
