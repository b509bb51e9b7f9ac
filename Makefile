# The two commands of a fresh machine are `make preview` and `make test`; both set up what they need.
STACK ?= prod
.DEFAULT_GOAL := help
.PHONY: help setup helm charts preview scorecard diff rehearse rehearse-up up refresh destroy upgrade upgrade-kubernetes replace remove snapshot restore parity test lint flows routes inventory second-opinions secrets image-scan drift documents versions certificates rotate escrow recover imports mutate bench clean clean-cache

help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/'

# npm writes this file at the end of an installation, so it is older than a changed lock file.
node_modules/.package-lock.json: package.json package-lock.json
	@command -v node >/dev/null || { echo "There is no node on the PATH: get one from https://nodejs.org."; exit 2; }
	@node -e 'require("./components/surroundings").requireNode()'
	@echo "Installing the packages of package-lock.json ..."
	@start=$$(date +%s); npm ci --no-audit --no-fund --loglevel=error --silent && \
		echo "Packages: installed ($$(($$(date +%s) - start)) s)."
	@touch $@

setup: node_modules/.package-lock.json

helm: setup ## Make sure that there is a helm to render charts with
	@npm run --silent helm

charts: setup ## Fetch every pinned chart and lock new ones in charts.lock.json
	@npm run --silent charts

preview: setup ## Plan and judge a stack without account, CLI or cluster (STACK=prod)
	@npm run --silent charts -- --tolerant
	@npm run --silent preview -- --stack $(STACK)

scorecard: setup ## The same as one page for the browser, scorecard.html
	@npm run --silent charts -- --tolerant
	@npm run --silent preview -- --stack $(STACK) --html scorecard.html

diff: setup ## Show what the working tree would change in a stack (BASE=origin/main STACK=prod)
	@npm run --silent charts -- --tolerant
	@npm run --silent diff -- --base $(or $(BASE),origin/main) --stack $(STACK)

rehearse: setup ## Try a stack on a real control plane with simulated nodes (LOSE=each-worker DRAIN=1 AGREE=300, or FULL=1)
	@npm run --silent charts -- --tolerant
	@npm run --silent rehearse -- --stack $(STACK) $(foreach what,$(LOSE),--lose $(what)) $(if $(DRAIN),--drain) $(if $(AGREE),--agree $(AGREE)) $(if $(FULL),--full) $(if $(CRDS),--crds $(CRDS)) $(if $(CONFIRM),--confirm $(CONFIRM))

rehearse-up: setup ## Try a whole update from nothing, with the Pulumi CLI, on machines that are played (STACK=prod ONLY=killed)
	@npm run --silent charts -- --tolerant
	@npm run --silent rehearse-up -- --stack $(STACK) $(foreach name,$(ONLY),--only $(name)) $(if $(SYSTEMS),--systems $(SYSTEMS))

up: setup ## Preview with the policy pack, then deploy, with the Pulumi CLI
	@npm run --silent up -- --stack $(STACK)

refresh: setup ## Read what is really there into the state, with the Pulumi CLI
	@npm run --silent refresh -- --stack $(STACK)

destroy: setup ## Delete a stack, after its name was typed, with the Pulumi CLI
	@npm run --silent destroy -- --stack $(STACK)

# How an operation is run: DRY_RUN=1 shows its plan only, YES=1 does not ask, JSON=1 answers for programs.
manner := $(if $(DRY_RUN),--dry-run) $(if $(YES),--yes) $(if $(JSON),--json)

upgrade: setup ## Upgrade Talos to versions.talos, node by node (DRY_RUN=1 shows the plan)
	@npm run --silent upgrade -- --stack $(STACK) $(manner)

upgrade-kubernetes: setup ## Upgrade Kubernetes and write it down (TO=1.36.2 DRY_RUN=1)
	@npm run --silent upgrade-kubernetes -- --stack $(STACK) $(if $(TO),--to $(TO)) $(manner)

replace: setup ## Make the machine of a node anew (NODE=worker-1 DRY_RUN=1)
	@npm run --silent replace -- --stack $(STACK) $(if $(NODE),--node $(NODE)) $(manner)

remove: setup ## Take a worker out of the cluster for good (NODE=worker-1 DRY_RUN=1)
	@npm run --silent remove -- --stack $(STACK) $(if $(NODE),--node $(NODE)) $(manner)

snapshot: setup ## Take a snapshot of etcd into output/snapshots
	@npm run --silent snapshot -- --stack $(STACK) $(manner)

restore: setup ## Make etcd anew from a snapshot (SNAPSHOT=file DRY_RUN=1)
	@npm run --silent restore -- --stack $(STACK) $(if $(SNAPSHOT),--snapshot $(SNAPSHOT)) $(manner)

drift: setup ## Fail with a list where what is there is not what the program says
	@npm run --silent charts -- --tolerant
	@npm run --silent drift -- --stack $(STACK) $(if $(JSON),--json)

certificates: setup ## Say until when the Talos certificate in the state is valid, or make a new one (RENEW=1)
	@npm run --silent certificates -- --stack $(STACK) $(if $(RENEW),--renew) $(if $(DRY_RUN),--dry-run) $(if $(JSON),--json)

rotate: setup ## Renew a secret without downtime (SECRET=name, DONE=1, DRY=1), or list all of them (LIST=1)
	@npm run --silent rotate -- --stack $(STACK) $(if $(SECRET),--secret $(SECRET)) $(if $(DONE),--done) $(if $(DRY),--dry-run) $(if $(LIST),--list)

escrow: setup ## Say which keys a person keeps outside, or prove that they open what they must (CHECK=- or a file)
	@npm run --silent escrow -- --stack $(STACK) $(if $(CHECK),--check $(CHECK)) $(if $(BACKUP),--backup $(BACKUP)) $(if $(DIGESTS),--digests $(DIGESTS))

recover: setup ## Print the commands that bring back what is lost (WHAT=tier0|database|etcd|node|host|cluster NAME=)
	@npm run --silent recover -- --stack $(STACK) $(if $(WHAT),--what $(WHAT)) $(if $(NAME),--name $(NAME)) $(if $(JSON),--json)

imports: setup ## Write what pulumi import needs after a state was lost (SECRETS=secrets.yaml)
	@npm run --silent imports -- --stack $(STACK) --secrets $(SECRETS)

parity: setup ## Check that pulumi preview and the embedded preview say the same
	@npm run --silent charts -- --tolerant
	@npm run --silent parity

test: setup ## Lint, type check and run all tests
	@npm run --silent charts -- --tolerant
	@npm run --silent check

lint: setup ## Prettier, imports, ESLint and the type checker only
	@npm run --silent format:check && npm run --silent lint && npm run --silent typecheck

flows: setup ## Write who can reach whom to docs/flows.md, with a picture
	@npm run --silent charts -- --tolerant
	@npm run --silent flows -- --stack $(STACK)

routes: setup ## Write what is reached by its name to docs/routes.md, with a picture
	@npm run --silent charts -- --tolerant
	@npm run --silent routes -- --stack $(STACK)

inventory: setup ## Write every system with what it takes to docs/platform.md, with a picture
	@npm run --silent charts -- --tolerant
	@npm run --silent inventory

second-opinions: setup ## Run other tools over a stack; fails on what is neither known nor explained
	@npm run --silent charts -- --tolerant
	@npm run --silent second-opinions -- --stack $(STACK)

# Both are verified by Go's public database of checksums.
gitleaks := github.com/zricethezav/gitleaks/v8@v8.30.1
trivy := github.com/aquasecurity/trivy/cmd/trivy@v0.72.0

secrets: ## Look for secrets in every commit
	@go run $(gitleaks) git --redact --no-banner --verbose .

image-scan: setup ## Fail on a critical vulnerability of an image that an update mends (STACK=prod)
	@set -e; images=$$(npm run --silent images -- --stack $(STACK)); failed=; \
	for image in $$images; do \
		echo "Scanning $$image ..."; \
		go run $(trivy) image --quiet --severity CRITICAL --ignore-unfixed --exit-code 1 \
			--ignorefile .trivyignore.yaml "$$image" || failed="$$failed $$image"; \
	done; \
	[ -z "$$failed" ] || { echo "Not sound, or not to be had:$$failed"; exit 1; }


documents: setup ## Write the parts of the documents that repeat the code
	@npm run --silent documents

versions: setup ## Show every pinned version
	@npm run --silent documents -- --pins | column -t -s '	'

mutate: setup ## Weaken the stack in many ways and show which criterion finds each
	@npm run --silent charts -- --tolerant
	@npm run --silent mutate

bench: setup ## Wall time and memory of the embedded preview against its floor
	@npm run --silent charts -- --tolerant
	@npm run --silent bench

# What this repository has written itself; the cache belongs to the user and to all clones.
leftovers := node_modules output .cache scorecard.html scorecard.json

clean: ## Remove the packages and what was written into this clone
	@echo "Removing $(or $(wildcard $(leftovers)),nothing); the cache of all clones goes with make clean-cache."
	@rm -rf $(leftovers)

clean-cache: setup ## Remove the cache that all clones on this machine share
	@npm run --silent clean-cache
