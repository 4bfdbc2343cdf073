"""Two loops that could become one, with so many ops between them."""
import sys

print("func.func @f(%x: tensor<?xf64>, %n: i64, %v0: f64) -> (tensor<?xf64>, f64) {")
LOOP = """  %{result} = circ.map (%i) in (%n) {{
    %e = circ.extract %{array}[%i] : tensor<?xf64>
    %t = circ.exp %e : f64
    circ.yield %t : f64
  }} : tensor<?xf64>"""
print(LOOP.format(result="y", array="x"))
count = int(sys.argv[1])
for k in range(count):
    print(f"  %v{k + 1} = circ.mul %v{k}, %v{k} : f64")
print(LOOP.format(result="z", array="y"))
print(f"  return %z, %v{count} : tensor<?xf64>, f64\n}}")
