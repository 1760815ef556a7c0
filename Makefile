# Two commands do everything: `make all` (sets up, then raw data to paper) and `make test` (sets up, then the tests).
# Written for GNU make 3.81 and later. Every recipe is one plain call, so that the same verbs work without
# make as `python -m replication <verb>`.

PYTHON ?= python3
CONDA_NAME := endorsement

# Inside the conda environment made from environment.yml that environment is used as it is;
# otherwise a virtual environment is made here from the hashed lock.
ifeq ($(CONDA_DEFAULT_ENV),$(CONDA_NAME))
  RUN := python
  READY :=
else
  ifeq ($(OS),Windows_NT)
    RUN := .venv/Scripts/python
  else
    RUN := .venv/bin/python
  endif
  READY := .venv/ready
endif

# WHEELS=folder installs from wheels fetched before with `make wheels`, without any network.
export WHEELS

export PYTHONPATH := $(CURDIR)
export PYTHONUTF8 := 1

.PHONY: all bench portability test check new-case coding-sheet import-codes import-sources code settle compare preview merging release schema verify reference crosscheck peers simulate readme wheels deposit formats doctor clean help

all: $(READY)
	@$(RUN) -m replication all

test: $(READY)
	@$(RUN) -m replication test

check: $(READY)
	@$(RUN) -m replication check "$(CASE)"

# make new-case ID=cotedivoire_2011, with PASS=anna where the first reading is hers
new-case: $(READY)
	@$(RUN) -m replication new-case "$(ID)" --coding "$(PASS)"

# make coding-sheet PASS=anna, with CASE="a b" or VARIABLES="io_sought military.force" for a part
coding-sheet: $(READY)
	@$(RUN) -m replication coding-sheet "$(PASS)" --case "$(CASE)" --variables "$(VARIABLES)" $(if $(AGAIN),--again)

# make import-codes FILE=coding_sheets/anna.xlsx
import-codes: $(READY)
	@$(RUN) -m replication import-codes "$(FILE)" $(if $(AGAIN),--again)

# make settle, with CASE="a b", PASS=anna or VARIABLES=io_sought for a part; then make settle FILE=coding_sheets/settle.xlsx
settle: $(READY)
	@$(RUN) -m replication settle --case "$(CASE)" --coding "$(PASS)" --variables "$(VARIABLES)" --file "$(FILE)"

# make import-sources FILE=library.bib CASE=libya_2011 lists; WRITE=1 puts them in; TYPES="key=memoir" says a type
import-sources: $(READY)
	@$(RUN) -m replication import-sources "$(FILE)" "$(CASE)" --types "$(TYPES)" $(if $(DUPLICATES),--duplicates) $(if $(WRITE),--write)

# make code BROWSER=0 only prints the address
code: $(READY)
	@$(RUN) -m replication code $(if $(filter 0,$(BROWSER)),--no-browser)

compare: $(READY)
	@$(RUN) -m replication compare

# make preview CASE=libya_2011
preview: $(READY)
	@$(RUN) -m replication preview "$(CASE)"

# once in each clone: how git merges two branches
merging: $(READY)
	@$(RUN) -m replication merging

release: $(READY)
	@$(RUN) -m replication release

schema: $(READY)
	@$(RUN) -m replication schema

verify: $(READY)
	@$(RUN) -m replication verify

reference: $(READY)
	@$(RUN) -m replication reference

crosscheck: $(READY)
	@$(RUN) -m replication crosscheck

peers: $(READY)
	@$(RUN) -m replication peers

simulate: $(READY)
	@$(RUN) -m replication simulate

# make portability SMALL=1 tries two extremes only
portability: $(READY)
	@$(RUN) -m replication portability $(if $(SMALL),--small)

bench: $(READY)
	@$(RUN) -m replication bench

readme: $(READY)
	@$(RUN) -m replication readme

wheels: $(READY)
	@$(RUN) -m replication wheels

deposit: $(READY)
	@$(RUN) -m replication deposit

formats: $(READY)
	@$(RUN) -m replication formats

doctor: $(READY)
	@$(RUN) -m replication doctor

clean: $(READY)
	@$(RUN) -m replication clean

help: $(READY)
	@$(RUN) -m replication --help

.venv/ready: requirements.lock
	@echo "Setting up .venv from requirements.lock (once; needs the network unless WHEELS= is given)"
	@"$(PYTHON)" -c "import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else 'Python 3.11 or newer is needed, this is %d.%d; choose one with PYTHON=' % v[:2])"
	@"$(PYTHON)" -m venv --clear .venv
	@$(RUN) -m replication.environment all
	@$(RUN) -m replication link
	@$(RUN) -m replication.estimators.batch.compile
	@$(RUN) -c "import pathlib; pathlib.Path('.venv/ready').write_text('installed from requirements.lock')"
