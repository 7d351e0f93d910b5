# Every target is a command of make.py, which needs no make. `make` alone lists them.
PYTHON ?= python3
COMMANDS := help install evaluate test-fast test test-all attack check format lock clean

.PHONY: $(COMMANDS)
.NOTPARALLEL:
$(COMMANDS):
	@"$(PYTHON)" make.py $@
