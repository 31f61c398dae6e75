// Cross entropy of soft labels with mixed smoothing, and its gradient, as plain loops for a C++
// compiler: no checks, no options, no NaN, one thread. What a kernel can be compared with.
#include <algorithm>
#include <cmath>

extern "C" void cross_entropy(const float *__restrict x, const float *__restrict y,
        float *__restrict g, double *values, long n, long c, float alpha) {
    const float own = 1 - alpha, each = alpha / c;
    for (long i = 0; i < n; i++, x += c, y += c, g += c) {
        float top = x[0], exps = 0, value = 0, sum = 0;
        for (long j = 0; j < c; j++) top = std::max(top, x[j]);
        for (long j = 0; j < c; j++) exps += g[j] = std::exp(x[j] - top);
        const float log_sum = std::log(exps);
        for (long j = 0; j < c; j++) {
            const float t = own * y[j] + each;
            value -= t * (x[j] - top - log_sum);
            sum += t;
        }
        const float of_exps = sum / exps;
        for (long j = 0; j < c; j++) g[j] = (of_exps * g[j] - own * y[j] - each) / n;
        values[i] = value / n;
    }
}
