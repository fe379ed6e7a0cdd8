# Wanmi: `make run` starts the site, `make test` proves it. See README.md.
PYTHON ?= python3
PY := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint format types architecture unit db db-stop \
        backup restore messages lock bench compare pictures clean

help: ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

install: ## virtual environment, pinned packages, front-end packages
	@$(PYTHON) scripts/install.py

install-dev: ## what the tests need, too
	@$(PYTHON) scripts/install.py --dev

run: install ## the whole site on http://127.0.0.1:8000/ (SCALE=small|district|city of the demo)
	@$(PY) scripts/serve.py $(if $(SCALE),--scale $(SCALE))

test: install-dev lint types architecture unit ## every check and every test

lint: ## ruff, rules and format
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: ## let ruff lay out the code
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

types: ## mypy on the pure packages
	$(PY) -m mypy

architecture: ## imports follow the one direction of data
	.venv/bin/lint-imports

unit: ## pytest on a real PostGIS and a real browser
	$(PY) -m pytest -n 2 --dist loadfile --durations 40 --durations-min 5

db: ## start the private database and print its address
	@$(PYTHON) scripts/dev_db.py start

db-stop: ## stop the private database
	@$(PYTHON) scripts/dev_db.py stop

backup: ## database and photos into TO=FOLDER
	@$(PY) manage.py backup "$(TO)"

restore: ## a backup FROM=FOLDER into an empty database
	@$(PY) manage.py restore "$(FROM)"

messages: ## collect texts to translate and compile them
	$(PY) manage.py makemessages -l zh_Hans -l en --no-obsolete --no-location
	$(PY) scripts/compile_messages.py

lock: ## pin the newest allowed packages anew
	$(PY) -m pip install --quiet pip-tools
	for x in "" dev bench; do \
	  $(PY) -m piptools compile -q --strip-extras --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-emit-trusted-host --no-header --upgrade \
	    $${x:+--extra $$x -c requirements/run.txt} -o requirements/$${x:-run}.txt pyproject.toml; \
	done

bench: ## benchmarks print their own help
	@for f in scripts/bench/*.py; do echo "$(PY) $$f --help"; done

compare: ## ours and other ways to cut, side by side, in an environment of its own
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	.venv-bench/bin/python scripts/bench/compare.py --write docs/gridding-compared.md

pictures: ## the pictures of the README, from a running site
	$(PY) scripts/screenshots.py --out docs/pictures --only start grid real-district-en-night phone

clean: ## stop the database and remove what was installed and made
	-$(PYTHON) scripts/dev_db.py stop
	rm -rf .venv .venv-bench .state node_modules
