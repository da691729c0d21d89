# `make help` lists the targets. Everything is installed into .venv and devhost/node_modules.

PORT ?= 7071
AZURITE ?= 1
WORKERS ?= auto
ARGS ?=

PYTHON := .venv/bin/python
# HOST=func or HOST=devhost. Some shells export HOST as the machine's name, so from the
# environment only these two values are accepted.
RUNNER := $(if $(findstring command,$(origin HOST)),$(HOST),$(or $(filter func devhost,$(HOST)),auto))

.DEFAULT_GOAL := help
.PHONY: help run test clients counterparts coverage check format bench lock release clean setup

help: ## List the targets
	@echo "make run             variables: PORT=7071, AZURITE=1|0, HOST=devhost|func"
	@echo "make test            variables: WORKERS=auto, ARGS='-k name'"
	@echo
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  %-12s %s\n", $$1, $$2 }'

run: setup ## Run the application on http://localhost:7071
	@exec $(PYTHON) -m devhost --port $(PORT) --runner $(RUNNER) --administrator administrator \
		$(if $(filter 0,$(AZURITE)),--no-azurite,--azurite)

test: setup ## Run all tests
	@sh devhost/chromium.sh
	@$(MAKE) --no-print-directory .venv/checkov-version
	-@$(PYTHON) -m bench.install
	@$(PYTHON) -m pytest --numprocesses $(WORKERS) $(ARGS)

clients: setup ## Lint the API description, and run clients that are generated from it
	@$(PYTHON) -m tests.generated_clients.tools
	@$(PYTHON) -m pytest tests/generated_clients $(ARGS)

counterparts: setup ## Run products that sign people in here, and drivers that bring tokens
	@sh devhost/chromium.sh
	@$(PYTHON) -m tests.counterparts.install
	@$(PYTHON) -m pytest tests/counterparts $(ARGS)

coverage: setup ## Run all tests, or those of ARGS, and list the lines that none of them ran
	@sh devhost/chromium.sh
	@$(MAKE) --no-print-directory .venv/checkov-version
	-@$(PYTHON) -m bench.install
	@$(PYTHON) -m coverage erase
	@$(PYTHON) -m coverage run -m pytest --numprocesses $(WORKERS) $(ARGS)
	@$(PYTHON) -m coverage combine --quiet
	@$(PYTHON) -m coverage report

# In a separate environment, because it needs a hundred packages. Installed here, so no test has to.
.venv/checkov-version: tests/infra/checkov/requirements.txt
	@PYTHONDONTWRITEBYTECODE= $(PYTHON) -m uv run --no-project --isolated --quiet --python $(PYTHON) \
		--with-requirements $< checkov --version >$@

check: setup ## Lint code, scripts and workflows, and check format and types
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@$(PYTHON) -m mypy --python-version 3.11 cli/touchstone
	@$(PYTHON) -m deptry .
	@$(PYTHON) -m deptry --config cli/pyproject.toml cli
	@$(PYTHON) -m vulture
	@$(PYTHON) -m vulture function_app.py shared cli/touchstone devhost bench release tests
	@.venv/bin/shellcheck --external-sources .ci/run devhost/*.sh infra/hooks/*.sh
	@.venv/bin/zizmor --offline --quiet .github

format: setup ## Format the code, and fix what can be fixed
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

bench: setup ## Measure how fast the application is
	@$(PYTHON) -m bench $(ARGS)

lock: setup ## Pin all requirements by hash; the newest ones with ARGS=--upgrade
	@$(PYTHON) -m uv pip compile --quiet pyproject.toml $(ARGS) --generate-hashes \
		--python-version 3.13 --python-platform x86_64-manylinux_2_28 \
		--annotation-style line --custom-compile-command "make lock" --output-file requirements.txt
	@$(PYTHON) -m uv pip compile --quiet pyproject.toml $(ARGS) --generate-hashes \
		--group dev --constraints requirements.txt --python-version 3.13 --universal \
		--annotation-style line --custom-compile-command "make lock" --output-file requirements-dev.txt
	@$(PYTHON) -m uv pip compile --quiet tests/infra/checkov/requirements.in $(ARGS) --generate-hashes \
		--no-annotate --python-version 3.13 --universal \
		--custom-compile-command "make lock" --output-file tests/infra/checkov/requirements.txt
	@$(PYTHON) -m uv pip compile --quiet tests/generated_clients/requirements.in $(ARGS) \
		--generate-hashes --no-annotate --python-version 3.13 --universal \
		--custom-compile-command "make lock" --output-file tests/generated_clients/requirements.txt
	@for folder in authlib azure_sql forward_authentication mcp nginx postgresql psql; do \
		$(PYTHON) -m uv pip compile --quiet tests/counterparts/$$folder/requirements.in $(ARGS) \
			--generate-hashes --no-annotate --python-version 3.13 --universal \
			--custom-compile-command "make lock" \
			--output-file tests/counterparts/$$folder/requirements.txt || exit; \
	done

release: setup ## Build the files of a release in .local/release; TAG=v1.0.0 must be the version
	@$(PYTHON) -m release $(if $(TAG),--tag "$(TAG)")

clean: ## Remove what make has installed, and caches; the data in .local stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage \
		devhost/node_modules bench/node_peer/node_modules tests/interop/node_modules \
		tests/infra/kusto/node_modules tests/generated_clients/node_modules .local/counterparts
	@find . -name __pycache__ -prune -exec rm -rf {} +

setup:
	@sh devhost/setup.sh
