/* The meeting-queue model by individuals: thresholds, structure of arrays, one weekly pass.
 *
 * Everybody's next meeting is due the same number of weeks after the last, so one ring of indices
 * holds people in the order in which they are due. The weekly pass over all people has no branch
 * and is vectorised; whoever has reached the threshold is left in place and skipped in the ring.
 */
#include <stdlib.h>
#include "queue.h"

static int64_t weekly_pass(int64_t n, double *restrict left, double *restrict boost,
                           double hazard, double decay) {
    int64_t here = 0;
    for (int64_t i = 0; i < n; i++) {
        left[i] -= hazard * (1.0 + boost[i]);
        boost[i] *= decay;
        here += left[i] > 0.0;
    }
    return here;
}

static void play_one(const Queue *q, Generator g, double *left, double *boost, int32_t *due,
                     int32_t *line, int64_t *exits, int64_t *meetings) {
    int64_t n = q->persons, head = 0, waiting = n, held = 0, here = n;
    for (int64_t i = 0; i < n; i++) {
        left[i] = exponential(&g);
        boost[i] = 0.0;
        due[i] = (int32_t)((double)q->interval * ((double)i + 0.5) / (double)n);
        line[i] = (int32_t)i;
    }
    for (int64_t week = 0; week < q->weeks; week++) {
        int64_t room = q->capacity;
        while (room && waiting && due[line[head]] <= week) {
            int32_t i = line[head];
            int64_t tail = head + waiting;
            head = head + 1 == n ? 0 : head + 1;
            if (left[i] <= 0.0) { waiting--; continue; }
            line[tail >= n ? tail - n : tail] = i;
            boost[i] = q->gain;
            due[i] = (int32_t)(week + q->interval);
            room--;
        }
        held += q->capacity - room;
        here = weekly_pass(n, left, boost, q->hazard, q->decay);
    }
    *exits = n - here;
    *meetings = held;
}

int play(const Queue *q, uint64_t seed, int64_t replications, int64_t *exits, int64_t *meetings) {
    double *left = malloc((size_t)q->persons * sizeof *left);
    double *boost = malloc((size_t)q->persons * sizeof *boost);
    int32_t *due = malloc((size_t)q->persons * sizeof *due);
    int32_t *line = malloc((size_t)q->persons * sizeof *line);
    int failed = !left || !boost || !due || !line;
    for (int64_t r = 0; r < replications && !failed; r++)
        play_one(q, generator(seed, (uint64_t)r), left, boost, due, line, exits + r, meetings + r);
    free(left); free(boost); free(due); free(line);
    return failed;
}
