// All of Tenon but what train/ is for: include tenon/train/train.h to run configs.
#pragma once
#include "tenon/autograd/autograd.h"
#include "tenon/core/core.h"
#include "tenon/data/data.h"
#include "tenon/nn/nn.h"
#include "tenon/optim/optim.h"
