# From a fresh clone, `make demo` and `make test` need Python 3.11 to 3.14 and make, and install the rest into .venv.
VENV := .venv
BIN := $(VENV)/bin
FITS := -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p $(FITS) 2>/dev/null && command -v $$p && break; done)
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
REQUIREMENTS := settings.ini pyproject.toml hatch_build.py constraints.txt
# The demo needs few packages; a development install has them too
DEMO := $(if $(wildcard $(VENV)/dev.stamp),$(VENV)/dev.stamp,$(VENV)/demo.stamp)
DEV := $(VENV)/dev.stamp
# The lower bounds of settings.ini as exact versions, on the lowest Python there is, and what runs tests and pages there.
# Other packages come as pip finds them: constraints.txt pins them beside the newest numpy.
OLDEST := .venv-oldest
LOWEST_PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14; do \
	$$p $(FITS) 2>/dev/null && command -v $$p && break; done)
LOWEST := $(shell sed -n '/^requirements/,/^$$/s/>=/==/p' settings.ini) scikit-learn \
	$(shell grep -E '^(timm|entmax|kornia|monai|optax|pytorch-metric-learning|nilearn|nibabel|nbdev|fastcore|execnb|ipython|fastai|pytest)==' constraints.txt)
# Whose newest releases `make deviations` measures: those that go with the torch and jax that are installed
MEASURED := kornia monai fastai timm segmentation-models-pytorch optax entmax scikit-learn
ON_LOWEST := $(patsubst %,tests/test_%.py,mould modes odd_calls registry reports settings)

# The quick tests run in a few processes, a file in one of them, so that what its tests share is made once
QUICK := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
	--max-worker-restart 1

.DEFAULT_GOAL := help
.PHONY: help demo test check slow peers deviations oldest break docs outputs save notebook bench gpu clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(DEMO)  ## train on real digits with label noise, print a table, save a picture in demo/
	$(BIN)/lossfx-demo

test: $(DEV)  ## run every notebook, but for cells flagged slow, and the quick tests
	$(QUICK) -m "not slow and not site and not browser and not package"

check: $(DEV)  ## everything CI checks: also fresh modules, outputs and docs/, the browser, the package
	$(QUICK) -m "not slow"

slow: $(DEV)  ## the tests that take minutes: slow cells, broken definitions
	$(BIN)/python -m pytest -m slow -o faulthandler_timeout=0

peers: $(VENV)/peers.stamp  ## install the trainers of others as well, and run the cells that call them
	$(BIN)/python -m pytest tests/test_notebooks.py -k peers

deviations: $(DEV)  ## measure other libraries again, with their newest releases, beside lossfx
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --upgrade --target build/newest $(MEASURED)
	PYTHONPATH=build/newest $(BIN)/python -W ignore -c 'from lossfx.compat import *; print(DeviationTable(map(measure_deviation, deviations)))'

oldest: $(OLDEST)/stamp  ## run losses, authors' pages and tests with the lowest torch, numpy, matplotlib that are allowed
	@$(OLDEST)/bin/python -m pip freeze | grep -E '^(torch|numpy|matplotlib)=='
	PYTHONPATH=. $(OLDEST)/bin/python -m pytest $(ON_LOWEST)
	for pages in losses authors; do PYTHONPATH=. $(OLDEST)/bin/nbdev-test nbs/$$pages || exit; done

break: $(DEV)  ## break each definition in many ways; say which breaks no visible page shows
	$(BIN)/python tools/break_pages.py

docs: $(DEV)  ## render the site, docs/index.html, and README.md from the notebooks
	$(BIN)/python tools/docs.py

outputs: $(DEV)  ## run the notebooks and save their outputs
	$(BIN)/python tools/outputs.py

save: $(DEV)  ## after an edit: write lossfx/ and its stubs, run the notebooks, save outputs, render docs/
	$(BIN)/nbdev-export
	$(BIN)/python tools/stubs.py
	$(BIN)/nbdev-clean
	$(BIN)/python tools/outputs.py
	$(BIN)/python tools/docs.py

notebook: $(DEV)  ## open the notebooks in JupyterLab; as root: make notebook FLAGS=--allow-root
	$(BIN)/jupyter lab nbs $(FLAGS)

bench: $(DEV)  ## measure time and memory of the losses on this machine; numbers in build/bench/run.json
	$(BIN)/python -m bench

gpu: $(DEV)  ## where there is a CUDA device: test the kernels on it, and measure them
	@$(BIN)/python -c 'import sys, torch; torch.cuda.is_available() or sys.exit("There is no CUDA device here, so nothing was tested or measured.")'
	$(BIN)/python -m pytest -n logical --maxprocesses 12 -m cuda tests/test_gpu.py
	$(BIN)/python -m bench gpu --json build/bench/gpu.json

clean:  ## remove .venv, .venv-oldest and everything that was built
	rm -rf $(VENV) $(OLDEST) _proc _docs build dist demo *.egg-info .pytest_cache .ruff_cache

$(BIN)/python:
ifeq ($(PYTHON),)
	@echo "lossfx needs Python 3.11 to 3.14: install one, then run make again, or name it as in 'make PYTHON=/path/to/python3.12'." >&2; exit 1
else
	@$(PYTHON) $(FITS) || \
		{ echo "lossfx needs Python 3.11 to 3.14, and $(PYTHON) is another: name one as in 'make PYTHON=/path/to/python3.12'." >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt install python3-venv), then run make again." >&2; exit 1; }
endif

$(VENV)/demo.stamp: $(REQUIREMENTS) | $(BIN)/python
	$(INSTALL) -e '.[demo]'
	@touch $@

$(VENV)/dev.stamp: $(REQUIREMENTS) | $(BIN)/python
	$(INSTALL) -e '.[dev]'
	@touch $@

$(VENV)/peers.stamp: $(DEV)
	$(INSTALL) -e '.[dev,peers]'
	@touch $@

$(OLDEST)/stamp: settings.ini constraints.txt
	$(LOWEST_PYTHON) -m venv --clear $(OLDEST)
	$(OLDEST)/bin/python -m pip install --disable-pip-version-check $(LOWEST)
	@touch $@
