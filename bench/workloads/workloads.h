// Tenon's workloads: the same names and the same arithmetic as bench/peers/libtorch/.
#pragma once
#include <vector>

#include "tenon/bench/frame.h"

std::vector<bench::Workload> small_ops();
std::vector<bench::Workload> training();
std::vector<bench::Workload> language();
std::vector<bench::Workload> resnet();
std::vector<bench::Workload> recurrent();
