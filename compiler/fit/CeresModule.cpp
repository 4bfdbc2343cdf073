//===- CeresModule.cpp - Least squares by Ceres Solver --------------------===//
//
// Ceres knows a Jacobian as blocks: residuals that depend on blocks of unknowns.
// Here unknowns that occur in the same residuals make a block, and so do residuals
// that depend on the same blocks. All residuals are computed at once, before Ceres
// asks for each block.
//
//===----------------------------------------------------------------------===//

#include "compiler/fit/Optimizer.h"

#include <ceres/ceres.h>
#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

namespace {

/// Elements of a vector that go together.
using Group = std::vector<int64_t>;

/// Groups the elements with equal keys, in the order of the first of each.
std::vector<Group> groupEqual(const std::vector<Group> &keys) {
  std::map<Group, size_t> known;
  std::vector<Group> groups;
  for (size_t i = 0; i < keys.size(); ++i) {
    auto [it, isNew] = known.try_emplace(keys[i], groups.size());
    if (isNew)
      groups.emplace_back();
    groups[it->second].push_back(int64_t(i));
  }
  return groups;
}

/// The problem in blocks, with what was computed at the last point.
class Blocks : public ceres::EvaluationCallback {
public:
  explicit Blocks(const circ_least_squares &problem);

  void PrepareForEvaluation(bool jacobians, bool isNew) override;
  /// What `evaluate` said of the last point.
  int status = 0;

  const circ_least_squares &problem;
  std::vector<Group> unknowns, residuals;  ///< The members of each block.
  std::vector<Group> blocksOf;             ///< The blocks of unknowns of each block of residuals.
  std::vector<std::vector<double>> states; ///< The unknowns of each block, as Ceres moves them.
  std::vector<double> point, values, jacobian;

private:
  bool isComputed = false;
};

Blocks::Blocks(const circ_least_squares &problem)
    : problem(problem), point(problem.point, problem.point + problem.unknowns),
      values(problem.residuals), jacobian(problem.row_pointers[problem.residuals]) {
  std::vector<Group> rowsOf(problem.unknowns);
  for (int64_t row = 0; row < problem.residuals; ++row)
    for (int64_t k = problem.row_pointers[row]; k < problem.row_pointers[row + 1]; ++k)
      rowsOf[problem.columns[k]].push_back(row);
  unknowns = groupEqual(rowsOf);
  std::vector<int64_t> blockOf(problem.unknowns);
  for (size_t block = 0; block < unknowns.size(); ++block)
    for (int64_t unknown : unknowns[block]) {
      blockOf[unknown] = int64_t(block);
      if (states.size() <= block)
        states.emplace_back();
      states[block].push_back(point[unknown]);
    }
  std::vector<Group> blocksOfRow(problem.residuals);
  for (int64_t row = 0; row < problem.residuals; ++row) {
    Group &blocks = blocksOfRow[row];
    for (int64_t k = problem.row_pointers[row]; k < problem.row_pointers[row + 1]; ++k)
      blocks.push_back(blockOf[problem.columns[k]]);
    std::sort(blocks.begin(), blocks.end());
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  }
  residuals = groupEqual(blocksOfRow);
  for (const Group &rows : residuals)
    blocksOf.push_back(blocksOfRow[rows.front()]);
}

void Blocks::PrepareForEvaluation(bool, bool) {
  std::vector<double> now(point.size());
  for (size_t block = 0; block < unknowns.size(); ++block)
    for (size_t i = 0; i < unknowns[block].size(); ++i)
      now[unknowns[block][i]] = states[block][i];
  // Ceres asks for values first, and for the Jacobian where it stays.
  if (isComputed && now == point)
    return;
  point = std::move(now);
  isComputed = true;
  if (status != 2) // after a wish to stop there are no more calls
    status = problem.evaluate(problem.data, point.data(), values.data(), jacobian.data());
}

/// One block of residuals.
class Residuals : public ceres::CostFunction {
public:
  Residuals(const Blocks &all, size_t index) : all(all), index(index) {
    set_num_residuals(int(all.residuals[index].size()));
    for (int64_t block : all.blocksOf[index])
      mutable_parameter_block_sizes()->push_back(int(all.unknowns[block].size()));
  }

  bool Evaluate(double const *const *, double *values, double **jacobians) const override {
    if (all.status != 0)
      return false;
    const Group &rows = all.residuals[index];
    for (size_t i = 0; i < rows.size(); ++i)
      values[i] = all.values[rows[i]];
    if (!jacobians)
      return true;
    const circ_least_squares &problem = all.problem;
    for (size_t b = 0; b < all.blocksOf[index].size(); ++b) {
      if (!jacobians[b])
        continue;
      const Group &columns = all.unknowns[all.blocksOf[index][b]];
      for (size_t i = 0; i < rows.size(); ++i) {
        const int64_t *begin = problem.columns + problem.row_pointers[rows[i]];
        const int64_t *end = problem.columns + problem.row_pointers[rows[i] + 1];
        for (size_t j = 0; j < columns.size(); ++j) {
          const int64_t *found = std::lower_bound(begin, end, columns[j]);
          jacobians[b][i * columns.size() + j] =
              found != end && *found == columns[j] ? all.jacobian[found - problem.columns] : 0;
        }
      }
    }
    return true;
  }

private:
  const Blocks &all;
  size_t index;
};

/// Ends the search when that was asked for.
class Stop : public ceres::IterationCallback {
public:
  explicit Stop(const Blocks &blocks) : blocks(blocks) {}
  ceres::CallbackReturnType operator()(const ceres::IterationSummary &) override {
    return blocks.status == 2 ? ceres::SOLVER_ABORT : ceres::SOLVER_CONTINUE;
  }

private:
  const Blocks &blocks;
};

} // namespace

extern "C" __attribute__((visibility("default"))) int
circ_solve_least_squares(const circ_least_squares *asked) {
  FLAGS_minloglevel = 3; // what is to be said, circ says
  Blocks blocks(*asked);
  ceres::Problem::Options ownership;
  ownership.evaluation_callback = &blocks;
  ownership.cost_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  std::vector<std::unique_ptr<Residuals>> costs;
  ceres::Problem problem(ownership);
  for (size_t block = 0; block < blocks.unknowns.size(); ++block) {
    const Group &members = blocks.unknowns[block];
    double *state = blocks.states[block].data();
    problem.AddParameterBlock(state, int(members.size()));
    std::vector<int> fixed;
    for (size_t i = 0; i < members.size(); ++i) {
      double lower = asked->lower[members[i]], upper = asked->upper[members[i]];
      if (lower == upper) {
        fixed.push_back(int(i));
        continue;
      }
      if (std::isfinite(lower))
        problem.SetParameterLowerBound(state, int(i), lower);
      if (std::isfinite(upper))
        problem.SetParameterUpperBound(state, int(i), upper);
    }
    if (fixed.size() == members.size())
      problem.SetParameterBlockConstant(state);
    else if (!fixed.empty())
      problem.SetManifold(state, new ceres::SubsetManifold(int(members.size()), fixed));
  }
  for (size_t index = 0; index < blocks.residuals.size(); ++index) {
    if (blocks.blocksOf[index].empty())
      continue; // depends on no unknown
    costs.push_back(std::make_unique<Residuals>(blocks, index));
    std::vector<double *> states;
    for (int64_t block : blocks.blocksOf[index])
      states.push_back(blocks.states[block].data());
    problem.AddResidualBlock(costs.back().get(), nullptr, states);
  }
  ceres::Solver::Options options;
  options.linear_solver_type =
      asked->unknowns <= 60 || blocks.unknowns.size() == 1 ? ceres::DENSE_QR : ceres::SPARSE_SCHUR;
  options.max_num_iterations = int(std::min<int64_t>(asked->max_iterations, 1000000));
  options.gradient_tolerance = asked->gradient_tolerance;
  options.function_tolerance = asked->value_tolerance;
  options.parameter_tolerance = 1e-14;
  options.logging_type = ceres::SILENT;
  Stop stop(blocks);
  options.callbacks.push_back(&stop);
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  for (size_t block = 0; block < blocks.unknowns.size(); ++block)
    for (size_t i = 0; i < blocks.unknowns[block].size(); ++i)
      asked->point[blocks.unknowns[block][i]] = blocks.states[block][i];
  if (blocks.status == 2)
    return CIRC_OPTIMIZER_STOPPED;
  switch (summary.termination_type) {
  case ceres::CONVERGENCE:
  case ceres::USER_SUCCESS:
    return CIRC_OPTIMIZER_CONVERGED;
  case ceres::FAILURE:
    return CIRC_OPTIMIZER_FAILED;
  default:
    return CIRC_OPTIMIZER_STALLED;
  }
}
