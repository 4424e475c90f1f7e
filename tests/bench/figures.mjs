// Percentiles and ratios.

/** The nearest rank: a value that was really seen. */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * p / 100) - 1)];
}

export function summary(values) {
  return {median: percentile(values, 50), p95: percentile(values, 95), n: values.length};
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
