"""Facts sent to other programs, by the Standard Webhooks specification."""
