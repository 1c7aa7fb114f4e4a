// LibTorch's workloads: the same names and the same arithmetic as bench/workloads/.
#pragma once

#include <vector>

#include "frame.h"

std::vector<bench::Workload> small_ops();
std::vector<bench::Workload> training();
std::vector<bench::Workload> resnet();
std::vector<bench::Workload> language();
