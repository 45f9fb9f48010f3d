/* SPDX-License-Identifier: Apache-2.0
 * The acceptance check's program: every rank says who it is, where it runs, which GPUs it was given, and what a sum over all
 * ranks of (rank + 1) came to. A wrong pairing of MPI and PMI makes many worlds of one rank: size and sum show it.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  int rank, size, length;
  long mine, sum = -1;
  char host[MPI_MAX_PROCESSOR_NAME];
  const char *gpus = getenv("CUDA_VISIBLE_DEVICES");

  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Get_processor_name(host, &length);
  mine = rank + 1;
  MPI_Allreduce(&mine, &sum, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
  printf("rank=%d size=%d sum=%ld host=%s gpus=%s\n", rank, size, sum, host, gpus ? gpus : "-");
  fflush(stdout);
  MPI_Finalize();
  return sum == (long)size * (size + 1) / 2 ? 0 : 1;
}
