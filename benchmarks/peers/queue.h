/* What the C peers share: the numbers of the model, and draws by xoshiro256+ seeded by splitmix64. */
#include <math.h>
#include <stdint.h>

typedef struct {
    int64_t persons, weeks, interval, capacity;
    double hazard, gain, decay;
} Queue;

typedef struct { uint64_t s[4]; } Generator;

static inline uint64_t splitmix64(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline Generator generator(uint64_t seed, uint64_t replication) {
    uint64_t state = seed * 0xd1342543de82ef95u + replication;
    Generator g;
    for (int i = 0; i < 4; i++) g.s[i] = splitmix64(&state);
    return g;
}

static inline uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t next_word(Generator *g) {
    uint64_t *s = g->s, result = s[0] + s[3], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3];
    s[2] ^= t; s[3] = rotate(s[3], 45);
    return result;
}

static inline double exponential(Generator *g) {
    return -log(((double)(next_word(g) >> 11) + 0.5) * 0x1p-53);
}
