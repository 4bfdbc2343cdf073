//===- Plot.cpp - The course of a fit as a picture ------------------------===//

#include "compiler/fit/Plot.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

namespace circ {

namespace {

constexpr double left = 90, width = 560, height = 180, gap = 60, top = 46;

/// A scale from numbers to places, with its round marks.
struct Axis {
  double low, high, step;

  /// Covers [low, high] with about `marks` marks at multiples of 1, 2 or 5 times
  /// a power of ten.
  static Axis covering(double low, double high, int marks, double least = 0) {
    if (!(high > low)) {
      double around = std::max(std::abs(low) * 1e-3, 1e-12);
      low -= around;
      high += around;
    }
    double raw = (high - low) / marks, power = std::pow(10, std::floor(std::log10(raw)));
    double step = power;
    for (double factor : {2.0, 5.0, 10.0})
      if (step < raw)
        step = factor * power;
    step = std::max(step, least);
    return {std::floor(low / step) * step, std::ceil(high / step) * step, step};
  }
  double part(double value) const { return (value - low) / (high - low); }
};

class Picture {
public:
  Picture(const FitRecord &record, const std::string &name) : out(text) {
    double bottom = top + 2 * height + gap;
    out << llvm::formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
                         "font-family=\"sans-serif\" font-size=\"12\">\n"
                         "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
                         "<text x=\"{2}\" y=\"24\" font-size=\"15\">{3}</text>\n",
                         left + width + 30, bottom + 50, left, escaped(name));
    horizontal = Axis::covering(1, std::max<double>(2, record.steps.size()), 8, 1);
    horizontal.low = 1;
    horizontal.high = std::max<double>(2, record.steps.size());
  }

  /// One of the two curves; `label` gives a mark its text.
  void panel(int row, const char *title, const std::vector<double> &values,
             const std::function<std::string(double)> &label, double leastStep) {
    double above = top + row * (height + gap);
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (double value : values)
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    if (!(low <= high))
      return;
    Axis axis = Axis::covering(low, high, 5, leastStep);
    auto x = [&](double value) { return left + width * horizontal.part(value); };
    auto y = [&](double value) { return above + height * (1 - axis.part(value)); };
    for (int64_t mark = std::llround(axis.low / axis.step);
         mark <= std::llround(axis.high / axis.step); ++mark) {
      double value = double(mark) * axis.step;
      out << llvm::formatv("<path d=\"M{0:f1} {1:f1}h{2}\" stroke=\"#ddd\"/>"
                           "<text x=\"{3:f1}\" y=\"{4:f1}\" text-anchor=\"end\">{5}</text>\n",
                           left, y(value), width, left - 6, y(value) + 4, label(value));
    }
    int64_t every = std::max<int64_t>(1, std::llround(horizontal.step));
    for (int64_t mark = every; mark <= int64_t(horizontal.high); mark += every)
      out << llvm::formatv("<text x=\"{0:f1}\" y=\"{1:f1}\" text-anchor=\"middle\">{2}</text>\n",
                           x(double(mark)), above + height + 16, mark);
    out << llvm::formatv("<text x=\"{0}\" y=\"{1:f1}\" fill=\"#555\">{2}</text>\n<path d=\"", left,
                         above - 6, title);
    bool drawn = false; // a gap where a point was outside the domain
    for (size_t i = 0; i < values.size(); ++i) {
      bool finite = std::isfinite(values[i]);
      if (finite)
        out << (drawn ? 'L' : 'M')
            << llvm::formatv("{0:f1} {1:f1}", x(double(i + 1)), y(values[i]));
      drawn = finite;
    }
    out << "\" fill=\"none\" stroke=\"#1f77b4\" stroke-width=\"1.5\"/>\n";
  }

  std::string finish() {
    out << llvm::formatv(
        "<text x=\"{0}\" y=\"{1}\" text-anchor=\"middle\">evaluations</text>\n</svg>\n",
        left + width / 2, top + 2 * height + gap + 36);
    return text;
  }

private:
  static std::string escaped(llvm::StringRef name) {
    std::string text;
    for (char c : name)
      text += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return text;
  }

  std::string text;
  llvm::raw_string_ostream out;
  Axis horizontal;
};

} // namespace

std::string convergencePlot(const FitRecord &record, const std::string &name) {
  std::vector<double> values, norms;
  // The best value so far: a trial far away would flatten the rest of the curve.
  double best = std::numeric_limits<double>::quiet_NaN();
  for (const FitStep &step : record.steps) {
    if (std::isfinite(step.gradientNorm) &&
        (std::isnan(best) || (record.maximize ? step.value > best : step.value < best)))
      best = step.value;
    values.push_back(best);
    norms.push_back(std::log10(step.gradientNorm));
  }
  auto plain = [](double value) {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.6g", value);
    return text;
  };
  Picture picture(record, name + ": " + describe(record.end));
  picture.panel(0, "best value", values, plain, 0);
  picture.panel(
      1, "norm of the gradient", norms,
      [](double power) { return "1e" + std::to_string(std::llround(power)); }, 1);
  return picture.finish();
}

} // namespace circ
