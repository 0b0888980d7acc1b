"""Reading and performing TwiML, one file a verb family."""
