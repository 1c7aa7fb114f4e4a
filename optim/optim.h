// The whole layer.
#pragma once
#include "tenon/optim/adam.h"
#include "tenon/optim/clip.h"
#include "tenon/optim/grad_scaler.h"
#include "tenon/optim/schedule.h"
#include "tenon/optim/sgd.h"
