# Short names for what is done often. Everything is built under build/<preset>.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
# scripts/setup puts CMake into .deps where the system's is too old.
export PATH := $(CURDIR)/.deps/cmake/bin:$(PATH)

.PHONY: help setup build train test asan tsan accuracy bench bench-ops bench-peer gpu-bundle gpu-check format lint ci clean

help:  ## this list
	@sed -n 's/^\([a-z -]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup:  ## install what is missing (packages, oneDNN)
	@scripts/setup

build: setup  ## build the release preset
	@mkdir -p build && cmake --preset release >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	cmake --build --preset release -j $(JOBS)

train: build  ## train the default network on Fashion-MNIST
	build/release/apps/tenon train configs/fashion_mnist.yaml

test: build  ## build, and run every test
	ctest --preset release -j $(JOBS)

asan tsan: setup  ## build and test under sanitizers
	cmake --preset $@
	cmake --build --preset $@ -j $(JOBS)
	ctest --preset $@ -j $(JOBS)

accuracy: build  ## train the configs in full with seeds 0, 1, 2 and print what they reach
	scripts/accuracy

bench: build  ## measure, beside LibTorch where it is there
	bench/run --limit 1.3

bench-ops: build  ## measure every row of the op table
	bench/run --ops

bench-peer:  ## install LibTorch for `make bench`, into .deps
	bench/run --install-peer

gpu-bundle: setup  ## pack what proves Tenon on a machine with a GPU, built without one
	@scripts/setup --cuda
	cmake --preset cuda
	cmake --build --preset cuda -j $(JOBS)
	ctest --preset cuda -R 'packaging.custom_kernel'
	scripts/gpu-bundle

gpu-check:  ## prove and measure build/cuda on this machine's GPU
	scripts/gpu-check all --build build/cuda --out bench/results

format:  ## format every source
	scripts/format

lint:  ## format check, layering, clang-tidy
	scripts/format --check
	scripts/check_layering
	scripts/tidy

ci:  ## everything that has to pass
	.ci/run

clean:  ## remove what was built
	rm -rf build
