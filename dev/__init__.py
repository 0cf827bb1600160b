"""What the commands of the Makefile run: set-up, embedded servers, supervisor, mail catcher."""
