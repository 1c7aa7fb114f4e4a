// The whole layer.
#pragma once
#include "tenon/data/csv.h"
#include "tenon/data/dataset.h"
#include "tenon/data/draw.h"
#include "tenon/data/idx.h"
#include "tenon/data/image.h"
#include "tenon/data/loader.h"
#include "tenon/data/path.h"
#include "tenon/data/sets/csv.h"
#include "tenon/data/sets/idx.h"
#include "tenon/data/sets/image_folder.h"
#include "tenon/data/transform.h"
