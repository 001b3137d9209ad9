// What k-means asks of its rows, dense or sparse. Private to k-means.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pointsman/matrix.h"
#include "pointsman/threads.h"

namespace pointsman {

/// Rows, and points to measure them from. Everything is relative to an origin: dense rows are moved so that a
/// common offset costs no digits; sparse ones must stay sparse, and their origin is zero. Parts of
/// `part_rows` rows are what threads share; each part's results depend on nothing but the part.
class KMeansRows {
public:
    static constexpr std::size_t part_rows = 128;

    virtual ~KMeansRows() = default;

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    std::size_t parts() const { return (rows_ + part_rows - 1) / part_rows; }
    std::size_t part_begin(std::size_t part) const { return part * part_rows; }
    std::size_t part_end(std::size_t part) const { return std::min(rows_, (part + 1) * part_rows); }

    /// Mean over the columns of their variances.
    virtual double mean_variance() const = 0;
    /// [columns]
    virtual std::span<const float> origin() const = 0;

    /// Takes points [count x columns] to measure from, given relative to the origin.
    virtual void measure_from(std::span<const float> points, std::size_t count) = 0;
    /// The same for some of the rows themselves, at most `lanes` of them.
    virtual void measure_from_rows(std::span<const std::size_t> rows) = 0;
    /// Squared distances of the rows of a part to every point, [rows of the part x points].
    virtual void distances(std::size_t part, double* out) const = 0;
    /// Nearest point and squared distance to it for the rows of a part; both arrays are [rows].
    virtual void nearest(std::size_t part, std::uint32_t* labels, float* distances) const = 0;

    /// Asks memory for a row that add() will be called with soon.
    virtual void fetch(std::size_t) const {}
    /// sum += factor * row, without regard to the origin.
    virtual void add(std::size_t row, double factor, double* sum) const = 0;
    /// To a point that is not moved by the origin, free of cancellation. `norm` is the point's squared
    /// length.
    virtual double squared_distance(std::size_t row, const float* point, double norm) const = 0;

protected:
    KMeansRows(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns) {}

private:
    std::size_t rows_;
    std::size_t columns_;
};

/// The origin of dense rows is the mean of the rows of `about`, by default their own.
std::unique_ptr<KMeansRows> rows_of(const MatrixView& X, std::optional<DenseView> about, Threads& threads);

/// Squared length of each of so many points.
std::vector<double> squared_lengths(std::span<const float> points, std::size_t count);

/// Half of that, as DistanceKernels::nearest takes it.
std::vector<float> half_norms(std::span<const float> points, std::size_t count);

/// Points or rows less the origin.
std::vector<float> relative_to(std::span<const float> origin, std::span<const float> points);

/// Nearest points of all rows, out of those that the rows are measured from; see KMeansRows::nearest.
void label_rows(const KMeansRows& X, Threads& threads, std::vector<std::uint32_t>& labels,
                std::vector<float>& distances);

/// Squared distance of each row to the point of its label, measured anew and exactly. Returns their sum.
double measure_rows(const KMeansRows& X, std::span<const float> points, std::size_t count,
                    std::span<const std::uint32_t> labels, Threads& threads, std::vector<float>& distances);

}  // namespace pointsman
