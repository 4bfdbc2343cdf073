"""The real numbers of arguments and answers, structs or not, by the paths that Hessians have: `camera.center`."""


def flat(value):
    if isinstance(value, (list, tuple)):
        return [x for v in value for x in flat(v)]
    return [value]


def is_array_of_structs(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def fields_of(structs):
    return {k: [s[k] for s in structs] for k in structs[0]}


def leaves_of(path, value):
    if isinstance(value, dict):
        return {p: v for k in value for p, v in leaves_of(f"{path}.{k}", value[k]).items()}
    if is_array_of_structs(value):
        return leaves_of(path, fields_of(value))
    return {path: value} if all(isinstance(x, float) for x in flat(value)) else {}


def leaves(arguments, names=None):
    """{path: number or list} of the real numbers of some arguments."""
    return {p: v for n in (arguments if names is None else names) for p, v in leaves_of(n, arguments[n]).items()}


def put_back(path, value, numbers, only):
    """`value` with the leaves that `numbers` has; with `only`, nothing else is kept."""
    if isinstance(value, dict):
        made = {k: put_back(f"{path}.{k}", v, numbers, only) for k, v in value.items()}
        return {k: v for k, v in made.items() if v is not None}
    if is_array_of_structs(value):
        made = put_back(path, fields_of(value), numbers, only)
        return [{k: v[i] for k, v in made.items()} for i in range(len(value))]
    return numbers.get(path, None if only else value)


def with_leaves(arguments, numbers, only=False):
    made = {n: put_back(n, v, numbers, only) for n, v in arguments.items()}
    return {n: v for n, v in made.items() if v is not None}
