# make demo   opens the first lesson        make test   runs the tests
# make check  format, lint, types, contracts, lessons
# make kit    a folder for a USB stick
# make fuzz   searches for inputs that fail: MINUTES=5 [TARGET=imap], REPLAY=file
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PLAIN ?=
MINUTES ?= 5

.PHONY: demo test check fuzz format captures pictures kit bench clean

$(VENV)/.run: pyproject.toml requirements/run.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

demo: $(VENV)/.run
	@$(BIN)/wiretutor learn first-look $(if $(PLAIN),--plain)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/wiretutor lesson check

# atheris guides by coverage; it has no wheels for every Python and system, and without it
# hypothesis searches
fuzz: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
	  --require-hashes -r requirements/fuzz.txt 2>/dev/null || true
	@$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(if $(TARGET),--target $(TARGET)) \
	  $(if $(REPLAY),--replay $(REPLAY))

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

captures:
	bash captures/rig/record

pictures: $(VENV)/.run
	$(BIN)/python docs/pictures/make.py

# a folder for a USB stick that installs without a network; making it needs one
kit: $(VENV)/.run
	$(BIN)/python docs/kit/make.py dist/wiretutor-kit

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_live

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
