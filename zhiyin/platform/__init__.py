"""The ground under every domain: event log, timers, effect ledger, jobs, files, crypto, HTTP kit. No business words."""
