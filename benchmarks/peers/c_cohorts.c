/* The meeting-queue model by cohorts: people met in the same week lie together.
 *
 * They share the week of the next meeting and the hazard until then, so a person is one number,
 * what is left of the threshold, and is looked at only when the next meeting comes. Serving a week
 * moves two pointers through a ring; nobody is searched for.
 */
#include <stdlib.h>
#include "queue.h"

typedef struct { int64_t due, met, size; } Cohort; /* met: week of the last meeting, -1: none */

typedef struct {
    double *line;    /* what each person has left of the threshold, in the order of being due */
    int64_t mask;    /* the line is a ring of mask + 1 places */
    double *up_to;   /* hazard from the week of a meeting until w weeks later */
    Cohort *cohorts; /* in the order of being due */
} Room;

static double spent(const Queue *q, const Room *room, const Cohort *c, int64_t week) {
    return c->met < 0 ? q->hazard * (double)week : room->up_to[week - c->met];
}

/* Move people from the front of the line to its end, leaving out who is gone, at most `most`. */
static int64_t serve(double *line, int64_t mask, int64_t front, int64_t end, int64_t size,
                     int64_t most, double cost, int64_t *taken) {
    int64_t held = 0, i = 0;
    while (i < size && held < most) {
        int64_t until = i + (size - i < most - held ? size - i : most - held);
        for (; i < until; i++) {
            double left = line[(front + i) & mask] - cost;
            line[(end + held) & mask] = left;
            held += left > 0.0;
        }
    }
    *taken = i;
    return held;
}

static int64_t arrange(const Queue *q, Generator g, Room *room) {
    for (int64_t w = 0; w < q->interval; w++) room->cohorts[w] = (Cohort){w, -1, 0};
    for (int64_t i = 0; i < q->persons; i++) {
        double due = (double)q->interval * ((double)i + 0.5) / (double)q->persons;
        room->line[i] = exponential(&g);
        room->cohorts[(int64_t)due].size++;
    }
    return q->interval;
}

static void play_one(const Queue *q, Generator g, Room *room, int64_t *exits, int64_t *meetings) {
    int64_t last = arrange(q, g, room), first = 0, front = 0, end = q->persons, held = 0, here = 0;
    for (int64_t week = 0; week < q->weeks; week++) {
        int64_t met = 0, taken = 0;
        while (met < q->capacity && first < last && room->cohorts[first].due <= week) {
            Cohort *c = room->cohorts + first;
            met += serve(room->line, room->mask, front, end + met, c->size, q->capacity - met,
                         spent(q, room, c, week), &taken);
            front += taken;
            c->size -= taken;
            first += c->size == 0;
        }
        room->cohorts[last++] = (Cohort){week + q->interval, week, met};
        end += met;
        held += met;
    }
    for (; first < last; first++) {
        const Cohort *c = room->cohorts + first;
        for (int64_t i = 0; i < c->size; i++)
            here += room->line[front++ & room->mask] > spent(q, room, c, q->weeks);
    }
    *exits = q->persons - here;
    *meetings = held;
}

int play(const Queue *q, uint64_t seed, int64_t replications, int64_t *exits, int64_t *meetings) {
    int64_t places = 1;
    while (places <= q->persons) places *= 2;
    Room room = {malloc((size_t)places * sizeof(double)), places - 1,
                 malloc((size_t)(q->weeks + 1) * sizeof(double)),
                 malloc((size_t)(q->weeks + q->interval) * sizeof(Cohort))};
    int failed = !room.line || !room.up_to || !room.cohorts;
    double boost = q->gain;
    if (!failed) room.up_to[0] = 0.0;
    for (int64_t w = 0; w < q->weeks && !failed; w++, boost *= q->decay)
        room.up_to[w + 1] = room.up_to[w] + q->hazard * (1.0 + boost);
    for (int64_t r = 0; r < replications && !failed; r++)
        play_one(q, generator(seed, (uint64_t)r), &room, exits + r, meetings + r);
    free(room.line); free(room.up_to); free(room.cohorts);
    return failed;
}
