"""Doing the same update again, faster: captured once, then replayed.

A tiny update costs dispatch, not arithmetic: autograd builds and walks its graph anew each
time. `capture` records the tensor operations of one call, gradients included, and returns
plain Python that repeats them. The operations and their order are the same, so the numbers are
the same bits. How updates are replayed is known here alone.
"""

from __future__ import annotations

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


def capture(update: Update, state: Tensors, inputs: Tensors) -> Update:
    """A function of `inputs` alone that does what `update(*state, *inputs)` does.

    Args:
        update: only tensor operations, none that depends on a tensor's value; may change the
            `state` tensors in place.
        state: the same tensors at every call; not changed by the capture itself.
        inputs: of the shapes that every call will have.

    On devices other than the CPU the update is not captured and runs plainly.
    """
    if state[0].device.type != "cpu":
        return partial(update, *state)
    from torch.fx.experimental.proxy_tensor import make_fx

    examples = [tensor.clone() for tensor in (*state, *inputs)]
    module = make_fx(update)(*examples)
    _drop_detach(module.graph)
    constants = _fold_constants(module)
    _bind_plainly(module.graph)
    module.graph.lint()
    module.recompile()
    return partial(module.forward, *constants, *state)


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
    homes = (torch._C._VariableFunctions, torch._C._nn, torch.Tensor)
    for node in graph.nodes:
        if isinstance(node.target, torch._ops.OpOverload):
            name = node.target._schema.name.split("::")[1].replace("_to_copy", "to")
            found = (getattr(home, name, None) for home in homes)
            node.target = next((f for f in found if f is not None), node.target)
