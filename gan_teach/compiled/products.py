"""Products of matrices: C = A B in blocks of 4 x 8 numbers that stay in registers.

A may have any strides, B and C stand in rows (a stride of 1 along them). A kernel is written for each shape
and set of strides once, and called with addresses. Columns beyond the last four are sums, as `loops` makes
them; `operations` sees to that.
"""

from dataclasses import dataclass

from gan_teach.compiled.loops import Address
from gan_teach.compiled.text import add, const, get, mul, put
from gan_teach.compiled.values import View

ROWS, COLUMNS = 4, 2  # of a block; a column is four numbers wide


@dataclass(frozen=True)
class Product:
    """Write left [m, k] times right [k, n] to out [m, n]; n is a multiple of 4."""

    left: View
    right: View
    out: View

    def __post_init__(self):
        if self.out.shape[1] % 4 or self.right.strides[1] != 1 or self.out.strides[1] != 1:
            raise ValueError(f"a product needs rows of four, but {self} was given")

    @property
    def reads(self) -> set[int]:
        return {self.left.buffer, self.right.buffer}

    @property
    def writes(self) -> set[int]:
        return {self.out.buffer}

    @property
    def kind(self) -> tuple[int, ...]:
        """What products with one kernel have in common."""
        (m, k), n = self.left.shape, self.out.shape[1]
        return (m, n, k, *self.left.strides, self.right.strides[0], self.out.strides[0])

    def call(self, name: str, address: Address) -> str:
        places = " ".join(f"(i32.const {address(view)})" for view in (self.left, self.right, self.out))
        return f"(call ${name} {places})"

    def text(self, name: str, address: Address) -> str:
        """The kernel, a function of three addresses."""
        return kernel(name, *self.kind)


def _onward(pointer: str, numbers: int) -> str:
    return put(pointer, f"(i32.add {get(pointer)} (i32.const {4 * numbers}))")


def _repeat(counter: str, times: int, body: str) -> str:
    again = f"(br_if $l{counter} (local.tee ${counter} (i32.sub {get(counter)} (i32.const 1))))"
    return f"{put(counter, f'(i32.const {times})')} (loop $l{counter} {body} {again})"


def _block(rows: int, columns: int, k: int, strides: tuple[int, int, int, int]) -> str:
    """So many rows and columns (of four) of C: sums over k, then stored."""
    a_row, a_step, b_row, c_row = strides
    together = next(u for u in (4, 2, 1) if k % u == 0) if k > 8 else k  # turns of the sum written out
    cells = [(i, j) for i in range(rows) for j in range(columns)]
    start = "".join(put(f"c{i}{j}", const(0)) for i, j in cells)
    start += put("p", get("a")) + put("q", get("b"))
    turn = ""
    for u in range(together):
        for j in range(columns):
            turn += put(f"x{j}", f"(v128.load offset={4 * u * b_row + 16 * j} {get('q')})")
        for i in range(rows):
            turn += put("s", f"(v128.load32_splat offset={4 * (u * a_step + i * a_row)} {get('p')})")
            for j in range(columns):
                turn += put(f"c{i}{j}", add(f"c{i}{j}", mul("s", f"x{j}")))
    if k > together:
        turn += _onward("p", together * a_step) + _onward("q", together * b_row)
        turn = _repeat("k", k // together, turn)
    stores = "".join(
        f"(v128.store offset={4 * i * c_row + 16 * j} {get('c')} {get(f'c{i}{j}')})" for i, j in cells
    )
    return start + turn + stores


def kernel(name: str, m: int, n: int, k: int, a_row: int, a_step: int, b_row: int, c_row: int) -> str:
    """The product of these shapes, as a function of the addresses of A, B and C; strides in numbers."""
    strides = (a_row, a_step, b_row, c_row)
    body = ""
    for columns, count in ((COLUMNS, n // (4 * COLUMNS)), (1, n % (4 * COLUMNS) // 4)):
        if not count:
            continue
        down = put("a", get("a0")) + put("c", get("c0"))
        for rows, times in ((ROWS, m // ROWS), (1, m % ROWS)):
            if times:
                block = (
                    _block(rows, columns, k, strides)
                    + _onward("a", rows * a_row)
                    + _onward("c", rows * c_row)
                )
                down += _repeat(f"m{rows}", times, block)
        body += _repeat(f"n{columns}", count, down + _onward("b", 4 * columns) + _onward("c0", 4 * columns))
    numbers = [f"c{i}{j}" for i in range(ROWS) for j in range(COLUMNS)] + ["x0", "x1", "s"]
    whole = ["a", "c", "p", "q", "k", f"m{ROWS}", "m1", f"n{COLUMNS}", "n1"]
    declared = [f"(param ${p} i32)" for p in ("a0", "b", "c0")]
    declared += [f"(local ${v} v128)" for v in numbers] + [f"(local ${v} i32)" for v in dict.fromkeys(whole)]
    return f"(func ${name} {' '.join(declared)} {body})"
