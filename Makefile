# Two commands are enough: `make run` and `make test`. Both prepare what is missing.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin

.PHONY: run test quick dev check bench audit audit-packages release lock messages clean

# Compiled files are kept, whatever the environment says: five processes would compile the portal anew at each start.
run: .venv/ready
	@PYTHONDONTWRITEBYTECODE= PORT=$(PORT) exec $(BIN)/python -m rus_portal.launch

# Columns in tracebacks cost a twentieth of the tests' time: pytest writes one for every refusal that is logged.
# Without compiled files, hundreds of processes that tests start would each compile the portal anew.
PYTEST = PYTHONNODEBUGRANGES=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

test: .venv/ready-dev
	@$(PYTEST) $(ARGS)

quick: .venv/ready-dev
	@$(PYTEST) -m "not process and not load" $(ARGS)

dev: .venv/ready
	@DEBUG=1 PORT=$(PORT) $(BIN)/python -m rus_portal.develop

check: .venv/ready-dev
	@$(BIN)/python -m tests.gates

bench: .venv/ready-dev
	@$(BIN)/python -m tests.bench

audit: .venv/ready-dev
	@$(BIN)/python -m pytest tests/e2e -m audit $(ARGS)

# Known vulnerabilities in what is pinned; needs the Internet, and says so when it could not look.
audit-packages: .venv/ready-release
	@PYTHONPATH=.venv/release $(BIN)/python release/audit.py

release: .venv/ready-release
	@PYTHONPATH=.venv/release $(BIN)/python release/build.py

messages: .venv/ready-dev
	@$(BIN)/python manage.py makemessages --locale sv --no-location --no-wrap --no-obsolete --ignore .venv --ignore var --ignore build

lock: .venv/ready-dev
	@$(BIN)/pip install --quiet uv
	@for name in requirements requirements-sentry requirements-dev requirements-release requirements-eark; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
		$$(test $$name != requirements-eark || echo --no-emit-package lxml) $$name.in -o $$name.txt; done

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name it: make run PYTHON=python3.12")'
	@echo "Installing what the portal needs (about half a minute, the first time only) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

# The judge of archive packages stands in a folder of its own: it insists on an lxml that ours would have to give way to.
.venv/ready-dev: .venv/ready requirements-dev.txt requirements-eark.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target .venv/eark -r requirements-eark.txt
	@touch $@

# Beside the portal's own packages, which these would have to agree with.
.venv/ready-release: .venv/ready requirements-release.txt
	@echo "Installing what releases need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target .venv/release -r requirements-release.txt
	@touch $@

clean:
	rm -rf .venv var build
