"""Values by name."""
from circ import _circ


class Record(dict):
    """A dict whose entries are attributes too: `g.means` is `g["means"]`.

    A name that is also a method of dict, such as `values`, means the entry.
    """

    __slots__ = ()

    def __getattribute__(self, name):
        if name in self:
            return self[name]
        return dict.__getattribute__(self, name)

    def __dir__(self):
        return [*dict.__dir__(self), *self]

    def __repr__(self):
        return "Record(" + ", ".join(f"{name}={self[name]!r}" for name in self) + ")"

    def __reduce__(self):
        return Record, (dict(self),)


_circ.set_record(Record)
