"""Zhiyin 知音: a whole customer-service centre in one program."""
