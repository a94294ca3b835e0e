"""Doing the same update again, faster: captured once, then replayed.

A tiny update costs dispatch, not arithmetic: autograd builds and walks its graph anew each
time. `capture` records the tensor operations of one call, gradients included, and returns a
function that repeats them: on a CPU by TorchScript's interpreter, or as plain Python where
torch has none any more; on a CUDA device as a CUDA graph. The operations and their order are
the same, so the numbers are the same bits. How updates are replayed is known here alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor
    from torch.fx import Graph, GraphModule, Node

Tensors = Sequence["Tensor"]
Update = Callable[..., "tuple[Tensor, ...]"]
"""Takes the tensors it changes or reads, then the inputs of one call."""
SMALL = 2**21
"""Numbers in the state of an update for which its dispatch still counts beside its arithmetic."""
REHEARSALS = 3
"""TorchScript looks at the first calls and prepares; a CUDA graph wants its libraries warm."""


def capture(update: Update, state: Tensors, inputs: Tensors) -> Update:
    """A function of `inputs` alone that does what `update(*state, *inputs)` does.

    Args:
        update: only tensor operations, none that depends on a tensor's value; may change the
            `state` tensors in place.
        state: the same tensors at every call; not changed by the capture itself.
        inputs: of the shapes that every call will have.

    On devices that are neither CPU nor CUDA the update is not captured and runs plainly.
    """
    device = state[0].device.type
    if device == "cpu":
        return _recorded(update, state, inputs)
    if device == "cuda":
        return _cuda_graph(update, state, inputs)
    return partial(update, *state)


# ------------------------------------------------------------------------------------- CUDA


def _cuda_graph(update: Update, state: Tensors, inputs: Tensors) -> Update:
    """The whole update as one launch (https://pytorch.org/docs/stable/notes/cuda.html)."""
    places = [tensor.clone() for tensor in inputs]
    before = [tensor.clone() for tensor in state]
    # torch publishes no types for some of its classes.
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(REHEARSALS):
            update(*state, *places)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        results = update(*state, *places)
    for tensor, kept in zip(state, before, strict=True):
        tensor.copy_(kept)

    def replay(*given: Tensor) -> tuple[Tensor, ...]:
        for place, tensor in zip(places, given, strict=True):
            place.copy_(tensor, non_blocking=True)
        graph.replay()
        # The next replay writes over these.
        return tuple(result.clone() for result in results)

    return replay


# -------------------------------------------------------------------------------------- CPU


def _recorded(update: Update, state: Tensors, inputs: Tensors) -> Update:
    from torch.fx.experimental.proxy_tensor import make_fx

    # Fake tensors have shapes and no numbers: recording neither computes nor copies anything.
    # What the update holds itself, such as numbers that differ between replicas, is no fake.
    record = make_fx(update, tracing_mode="fake", _allow_non_fake_inputs=True)
    module = record(*state, *inputs)
    _drop_detach(module.graph)
    constants = _fold_constants(module)
    _bind_plainly(module.graph)
    module.graph.lint()
    module.recompile()
    replay = module.forward
    if sum(tensor.numel() for tensor in state) <= SMALL:
        replay = _interpreted(module, [*constants, *state, *inputs])
    return partial(replay, *constants, *state)


def _interpreted(module: GraphModule, arguments: Tensors) -> Update:
    """The module run by TorchScript, twice as fast as by Python, or as it is without it.

    TorchScript is deprecated: the day torch drops it, or can't take an operation, the plain
    module does the same, bit for bit.
    """
    examples = [tensor.clone() for tensor in arguments]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # torch publishes no types for its tracer.
            script = torch.jit.trace(module, tuple(examples), check_trace=False)  # type: ignore[no-untyped-call]
            for _ in range(REHEARSALS):
                script(*examples)
    except (AttributeError, RuntimeError):
        return module.forward
    # torch publishes no types for what it traced.
    return script.forward  # type: ignore[no-any-return]


def _drop_detach(graph: Graph) -> None:
    """Without autograd a detached tensor is the tensor itself."""
    for node in graph.nodes:
        if node.target is torch.ops.aten.detach.default:
            node.replace_all_uses_with(node.args[0])
            graph.erase_node(node)
    graph.eliminate_dead_code()


def _fold_constants(module: GraphModule) -> list[Tensor]:
    """Compute once what depends on no input's values, such as the gradient's seed of ones.

    Returns:
        What the module takes before its other arguments from now on.
    """
    graph = module.graph
    known: dict[Node, Any] = {}
    for node in graph.nodes:
        if node.op == "get_attr":
            known[node] = getattr(module, str(node.target))
        elif node.target is torch.ops.aten.ones_like.default:
            known[node] = torch.ones(node.meta["tensor_meta"].shape)
        elif (
            node.op == "call_function"
            and not node.is_impure()
            and all(source in known for source in node.all_input_nodes)
        ):
            args, kwargs = torch.fx.map_arg((node.args, node.kwargs), known.__getitem__)
            known[node] = node.target(*args, **kwargs)
    needed = [node for node in known if any(user not in known for user in node.users)]
    constants: list[Node] = []
    for node in needed:
        with graph.inserting_before(next(n for n in graph.nodes if n not in constants)):
            constant = graph.placeholder(f"constant_{len(constants)}")
        node.replace_all_uses_with(constant)
        constants.append(constant)
    graph.eliminate_dead_code()
    return [known[node].contiguous() for node in needed]


def _bind_plainly(graph: Graph) -> None:
    """Call torch's direct Python bindings instead of `torch.ops`, which resolves each call."""
    # torch publishes no types for its bindings of linear algebra.
    linalg = torch._C._linalg  # type: ignore[attr-defined]
    homes = (torch._C._VariableFunctions, torch._C._nn, linalg, torch.Tensor)
    for node in graph.nodes:
        if isinstance(node.target, torch._ops.OpOverload):
            name = node.target._schema.name.split("::")[1].replace("_to_copy", "to")
            found = (getattr(home, name, None) for home in homes)
            node.target = next((f for f in found if f is not None), node.target)
            if name == "to":
                # `to` knows no layout, and all tensors here have the same.
                node.kwargs = {k: v for k, v in node.kwargs.items() if k != "layout"}
