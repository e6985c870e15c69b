# Every path here is relative, so that the project may live in a folder with spaces in its name.
PYTHON ?= python3
python := .venv/bin/python
uv     := .uv/bin/uv
lock   := $(uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE)

# The environment in use elsewhere must not decide where packages go.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
# Without kept bytecode every start takes seconds longer; to compile all packages at once takes more.
unexport PYTHONDONTWRITEBYTECODE

# Where Python keeps the pip that it brings. It runs from there as it is, for one package: to install
# and compile it first takes longer than all that it does.
pip    := import ensurepip, glob, sysconfig; \
	folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or ensurepip.__path__[0] + "/_bundled"; \
	print(glob.glob(folder + "/pip-*.whl")[0])

.PHONY: help report test lock clean

help:
	@echo 'make report   make the environment (once) and write the report to _output/'
	@echo 'make test     run all tests and checks'
	@echo 'make lock     write the locks anew after a change of dependencies in pyproject.toml;'
	@echo '              make lock UPGRADE=--upgrade takes the newest versions'
	@echo 'make clean    remove the environment, the report and all caches'
	@echo
	@echo 'Needs Python 3.11 or newer; make report PYTHON=/path/to/python3 chooses one.'

report: .venv/report.stamp
	@$(python) -m evidence render

test: .venv/test.stamp node_modules/test.stamp
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	$(python) -m pytest --numprocesses=2 --dist=worksteal

lock: .uv/stamp
	$(lock) --group bootstrap --output-file requirements-uv.lock
	$(lock) --group build pyproject.toml --output-file requirements.lock
	$(lock) --group test --constraint requirements.lock --output-file requirements-test.lock
	$(lock) --group taguette --output-file requirements-taguette.lock

clean:
	rm -rf .uv .venv .render _figures _tables _output node_modules .mypy_cache .pytest_cache .ruff_cache
	find analysis benchmarks evidence tests -name __pycache__ -prune -exec rm -rf {} +

# What makes environments has one of its own: the report's holds what rendering needs, and no more.
# A lock names all there is to install, so that nothing is asked of dependencies.
.uv/stamp: requirements-uv.lock
	@command -v '$(PYTHON)' >/dev/null || \
		{ echo 'There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '$(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=/path/to/python3' >&2; exit 1; }
	@echo 'Making the environment in .venv (once; it takes some seconds)' >&2
	@'$(PYTHON)' -c 'import ensurepip' 2>/dev/null || \
		{ echo '$(PYTHON) comes without pip. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@'$(PYTHON)' -m venv --without-pip --clear .uv
	@PYTHONPATH="$$('$(PYTHON)' -c '$(pip)')" .uv/bin/python -m pip install \
		--quiet --disable-pip-version-check --require-hashes --requirement requirements-uv.lock
	@touch $@

.venv/report.stamp: .uv/stamp pyproject.toml requirements.lock
	@$(uv) venv --quiet --clear --python .uv/bin/python .venv
	@$(uv) pip install --quiet --python $(python) --require-hashes --no-deps --requirement requirements.lock
	@$(uv) pip install --quiet --python $(python) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/report.stamp requirements-test.lock
	@$(uv) pip install --quiet --python $(python) --require-hashes --no-deps --requirement requirements-test.lock
	@touch $@

# What the tests of access bring from npm. Without npm they are skipped, or fail where CI is set.
node_modules/test.stamp: package.json package-lock.json .npmrc
	@if command -v npm >/dev/null; then npm ci --silent && touch $@; \
		else echo 'There is no npm here: tests that need axe-core or the Nu validator are skipped.' >&2; fi
