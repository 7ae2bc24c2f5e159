"""The demo's own pages: who to be, the clock, the inbox, the bank. Installed only where the settings say DEMO."""
