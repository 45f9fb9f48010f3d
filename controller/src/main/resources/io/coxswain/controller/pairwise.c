/* SPDX-License-Identifier: Apache-2.0
 * The network test's program: latency and bandwidth of MPI between pairs of ranks, one pair at a time, so that no pair disturbs
 * another. Rank 0 prints one line for each pair, then one that says how many there were:
 *
 *   pair a=HOST b=HOST latency_us=L bandwidth_mbs=B
 *   world size=S pairs=P
 *
 * L is the median of half a round trip of 8 bytes in microseconds, B what arrives of large messages in 10^6 bytes a second.
 * Up to 16 ranks all pairs are measured; of more each with those 1, 2, 4, 8 ... ranks further on, so that the time stays bounded.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME = 256, ALL_PAIRS = 16, WARM_UP = 20, ROUNDS = 201, SMALL = 8, LARGE = 4 << 20, LARGE_WARM_UP = 2, LARGE_ROUNDS = 16 };

static char *buffer;

static int is_measured(int a, int b, int size) {
  int distance;
  if (size <= ALL_PAIRS) {
    return 1;
  }
  for (distance = 1; distance <= size / 2; distance *= 2) {
    if (b - a == distance || size - (b - a) == distance) {
      return 1;
    }
  }
  return 0;
}

static int by_value(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double latency(int me, int first, int peer) {
  static double times[ROUNDS];
  int i;
  for (i = -WARM_UP; i < ROUNDS; i++) {
    double start = MPI_Wtime();
    if (me == first) {
      MPI_Send(buffer, SMALL, MPI_CHAR, peer, 1, MPI_COMM_WORLD);
      MPI_Recv(buffer, SMALL, MPI_CHAR, peer, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    } else {
      MPI_Recv(buffer, SMALL, MPI_CHAR, peer, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      MPI_Send(buffer, SMALL, MPI_CHAR, peer, 1, MPI_COMM_WORLD);
    }
    if (i >= 0) {
      times[i] = (MPI_Wtime() - start) / 2 * 1e6;
    }
  }
  qsort(times, ROUNDS, sizeof times[0], by_value);
  return times[ROUNDS / 2];
}

static double bandwidth(int me, int first, int peer) {
  double start = 0;
  int i;
  for (i = -LARGE_WARM_UP; i < LARGE_ROUNDS; i++) {
    if (i == 0) {
      start = MPI_Wtime();
    }
    if (me == first) {
      MPI_Send(buffer, LARGE, MPI_CHAR, peer, 2, MPI_COMM_WORLD);
    } else {
      MPI_Recv(buffer, LARGE, MPI_CHAR, peer, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
  }
  /* The last message has arrived when its receiver says so. */
  if (me == first) {
    MPI_Recv(buffer, 1, MPI_CHAR, peer, 3, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  } else {
    MPI_Send(buffer, 1, MPI_CHAR, peer, 3, MPI_COMM_WORLD);
  }
  return (double)LARGE * LARGE_ROUNDS / (MPI_Wtime() - start) / 1e6;
}

static void measure(int me, int a, int b, const char *names) {
  double result[2] = {0, 0};
  if (me == a || me == b) {
    int peer = me == a ? b : a;
    result[0] = latency(me, a, peer);
    result[1] = bandwidth(me, a, peer);
  }
  if (a != 0 && me == a) {
    MPI_Send(result, 2, MPI_DOUBLE, 0, 4, MPI_COMM_WORLD);
  }
  if (me == 0) {
    if (a != 0) {
      MPI_Recv(result, 2, MPI_DOUBLE, a, 4, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    printf("pair a=%s b=%s latency_us=%.2f bandwidth_mbs=%.1f\n", names + a * NAME, names + b * NAME, result[0], result[1]);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

int main(int argc, char **argv) {
  int me, size, a, b, pairs = 0;
  char mine[NAME] = "";
  char *names;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &me);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  gethostname(mine, sizeof mine - 1);
  mine[strcspn(mine, ".")] = '\0';
  buffer = calloc(1, LARGE);
  names = calloc((size_t)size, NAME);
  if (buffer == NULL || names == NULL) {
    fprintf(stderr, "no memory\n");
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  MPI_Allgather(mine, NAME, MPI_CHAR, names, NAME, MPI_CHAR, MPI_COMM_WORLD);
  for (a = 0; a < size; a++) {
    for (b = a + 1; b < size; b++) {
      if (is_measured(a, b, size)) {
        measure(me, a, b, names);
        pairs++;
      }
    }
  }
  if (me == 0) {
    printf("world size=%d pairs=%d\n", size, pairs);
    fflush(stdout);
  }
  MPI_Finalize();
  return 0;
}
