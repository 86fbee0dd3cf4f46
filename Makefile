# Everything a developer or an operator needs. `make run` and `make test` work on a fresh machine.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# The fast tests mostly wait for real sockets and clocks: four at a time fill two cores.
FAST := -m "not e2e and not models" -n 4 --dist worksteal

.PHONY: run test check bench models web lock generate setup clean unit soak

run: setup web models  ## start the product with the embedded defaults
	@exec $(PY) -m server

setup: $(VENV)/.installed  ## virtual environment with the locked dependencies

$(VENV)/.installed: requirements.lock scripts/setup.sh
	@bash scripts/setup.sh $(VENV)
	@touch $@

web: web/dist/.built  ## build the pages

web/dist/.built: node_modules/.installed $(shell find web -type f -not -path 'web/dist/*' -not -path '*/node_modules/*' 2>/dev/null) vite.config.ts tsconfig.json
	@npx --no-install tsc --noEmit && npx --no-install vite build --logLevel warn
	@touch $@

node_modules/.installed: package-lock.json
	@npm ci --no-audit --no-fund --loglevel silent || npm install --no-save --no-audit --no-fund --loglevel error
	@touch $@

models: setup  ## fetch what recognition, speech and evaluation need (checked by sha256)
	@$(PY) -m server models

test: setup web models  ## every test, browser and recogniser included
	@bash scripts/system_packages.sh
	@$(PY) -m tests.servers.mongo_server
	@$(PY) -m tests.servers.llama_server
	@npx --no-install vitest run --reporter=dot
	@bash scripts/test.sh $(PY)

unit: setup  ## the fast tests
	@$(PY) -m pytest $(FAST)

soak: setup  ## long: 200,000 frames, 50,000 media headers, 5,000 offers; a kill at every write
	@VIVA_SOAK=1 $(PY) -m pytest -rs tests/hostile tests/e2e/test_kill_at_every_write.py

check: setup node_modules/.installed  ## format, lint, types, layers, generated files
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/mypy
	@npx --no-install tsc --noEmit
	@$(PY) -m server.ws.generate --check
	@bash scripts/api_types.sh $(PY) --check

bench: setup web models  ## ratios against named peers, printed
	@bash bench/run.sh

generate: setup node_modules/.installed  ## protocol.gen.ts, api.gen.ts, JSON Schema, AsyncAPI
	@$(PY) -m server.ws.generate
	@bash scripts/api_types.sh $(PY)

lock: setup  ## exact versions with hashes from the ranges in pyproject.toml
	@$(UV) pip compile --quiet --no-emit-index-url --no-header --generate-hashes --python-version 3.11 \
	  --group dev pyproject.toml -o requirements.lock

clean:
	@rm -rf web/dist .mypy_cache .ruff_cache .hypothesis
